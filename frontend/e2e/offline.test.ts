/**
 * A stranger checks papers, tokens and credentials with a Data Integrity proof with the network cut: on the page that is
 * open, and on one that was saved.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import type { Page } from 'playwright-core';
import { Api } from './lib/api.ts';
import { desktop, launch, open, phone } from './lib/browser.ts';
import { credential, holders, type Holder } from './lib/holders.ts';

const browser = await launch();
const folder = mkdtempSync(join(tmpdir(), 'mostik-offline-'));
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});
const admin = await Api.signIn('admin@demo.mostik');
const [valid, suspended, revoked] = (await holders(3, 2)) as [Holder, Holder, Holder];
await admin.post(`/certificates/${suspended.serial}/changes`, { act: 'suspend', reason: 'A complaint is looked into.' });
await admin.post(`/certificates/${revoked.serial}/changes`, { act: 'revoke', reason: 'Given by mistake.' });
const seal = async (holder: Holder): Promise<string> => (await admin.get<{ seal: string }>(`/verify/${holder.serial}`)).seal;

interface Case {
  text: string;
  state: string;
  /** The same with one thing changed. */
  bent: string[];
}
const genuine: Case[] = [];
for (const [holder, state] of [[valid, 'valid'], [suspended, 'suspended'], [revoked, 'revoked']] as const) {
  const paper = `${admin.url}/verify/${holder.serial}#${await seal(holder)}`;
  const token = await credential(holder, 'jwt');
  for (const text of [paper, token]) genuine.push({ text, state, bent: [0, 1, 2].map((part) => bent(text, part)) });
  const document = await credential(holder, 'di');
  genuine.push({ text: document, state, bent: bentDocuments(document) });
}

async function says(page: Page, text: string): Promise<string> {
  await page.locator('#found').evaluate((found) => delete (found as HTMLElement).dataset['state']);
  await page.locator('#text').fill(text);
  await page.locator('#form button').click();
  await page.locator('#found[data-state]').waitFor();
  return (await page.locator('#found').getAttribute('data-state')) ?? '';
}

/** One sign of the nth part exchanged. */
function bent(text: string, part: number): string {
  const [before, sealed] = text.includes('#') ? text.split('#') : ['', text];
  const parts = (sealed ?? '').split('.');
  const old = parts[part] ?? '';
  const at = old.length >> 1;
  parts[part] = old.slice(0, at) + (old[at] === 'A' ? 'B' : 'A') + old.slice(at + 1);
  return (before ? `${before}#` : '') + parts.join('.');
}

/** The text with one sign exchanged. */
function exchanged(text: string, at: number): string {
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
}

/**
 * A document with one sign of a text exchanged, at several places from its first to its last; and with what a forger would
 * try who knows JSON-LD: what is shown changed beside what is signed.
 */
function bentDocuments(document: string): string[] {
  const texts = [...document.matchAll(/"((?:[^"\\]|\\.)+)"/g)].map((found) => found.index + 1 + ((found[1]?.length ?? 0) >> 1));
  const bends = texts.filter((_, i) => i % 9 === 0 || i === texts.length - 1).map((at) => exchanged(document, at));
  type Document = Record<string, unknown> & { '@context': unknown[]; credentialSubject: { identifier: { identityHash: string }[]; achievement: { name: string } }; proof: Record<string, string>[] };
  const forge = (change: (d: Document) => void): void => {
    const copy = JSON.parse(document) as Document;
    change(copy);
    bends.push(JSON.stringify(copy));
  };
  forge((d) => (d.validUntil = '2099-01-01T00:00:00Z'));
  forge((d) => (d.credentialSubject.identifier[0] = { identityHash: 'Somebody Else' }));
  forge((d) => d['@context'].push({ name: null }));
  forge((d) => d['@context'].push('https://example.org/context'));
  forge((d) => (d['issuer'] = { ...(d['issuer'] as object), '@context': { name: 'https://example.org/name' } }));
  forge((d) => (d['https://schema.org/name'] = d['name']));
  forge((d) => (d['unknown'] = 'not signed'));
  forge((d) => delete d['credentialStatus']);
  forge((d) => d.proof.push({ ...d.proof[0] }));
  forge((d) => (d.proof[0]!['proofPurpose'] = 'authentication'));
  forge((d) => (d.proof[0]!['cryptosuite'] = 'eddsa-jcs-2022'));
  forge((d) => (d.proof[0]!['created'] = '2020-01-01T00:00:00Z'));
  forge((d) => (d.proof = []));
  return bends;
}

async function all(page: Page, cases = genuine): Promise<void> {
  for (const { text, state, bent } of cases) {
    assert.equal(await says(page, text), state, text.slice(0, 60));
    for (const [i, changed] of bent.entries()) assert.equal(await says(page, changed), 'refused', `change ${i} of ${text.slice(0, 60)}`);
  }
  for (const nonsense of ['nonsense', 'a.b.c', '{', '{"proof":[]}', '[]', '..', `${genuine[0]?.text}.x`]) assert.equal(await says(page, nonsense), 'refused', nonsense);
  // The meaning is signed, and not the blanks.
  const document = genuine.find(({ text }) => text.startsWith('{'));
  assert.equal(await says(page, JSON.stringify(JSON.parse(document?.text ?? ''), null, 2)), document?.state);
}

test('the open page checks with the network cut, and refuses one changed sign', async () => {
  const { page, context, watch } = await open(browser, phone);
  await page.goto('/verify/offline?lang=ru');
  await context.setOffline(true);
  await all(page);
  await says(page, genuine[2]?.text ?? '');
  if (process.env['LOOK']) await page.screenshot({ path: process.env['LOOK'], fullPage: true });
  const text = await page.locator('#found').innerText();
  assert.ok(text.includes(valid.serial) && /на \d{4}-\d{2}-\d{2}/.test(text), `it tells whose it is and how old the list is: ${text}`);
  watch.strict();
  await context.close();
});

test('a saved page does too, and without the browser\'s own cryptography', async () => {
  const file = join(folder, 'check.html');
  writeFileSync(file, await (await fetch(`${admin.url}/verify/offline?save=1&lang=en`)).text());
  for (const own of [true, false]) {
    const { page, context } = await open(browser, desktop);
    if (!own) await context.addInitScript(() => Object.defineProperty(crypto, 'subtle', { value: undefined }));
    await context.setOffline(true);
    await page.goto(`file://${file}`);
    assert.equal(await page.evaluate(() => crypto.subtle === undefined), !own);
    await all(page, own ? genuine : genuine.slice(0, 3));
    await context.close();
  }
});
