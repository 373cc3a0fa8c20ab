/** A stranger checks papers and tokens with the network cut: on the page that is open, and on one that was saved. */
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
}
const genuine: Case[] = [];
for (const [holder, state] of [[valid, 'valid'], [suspended, 'suspended'], [revoked, 'revoked']] as const) {
  genuine.push({ text: `${admin.url}/verify/${holder.serial}#${await seal(holder)}`, state }, { text: await credential(holder, 'jwt'), state });
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

async function all(page: Page, cases = genuine): Promise<void> {
  for (const { text, state } of cases) {
    assert.equal(await says(page, text), state, text.slice(0, 60));
    for (const part of [0, 1, 2]) assert.equal(await says(page, bent(text, part)), 'refused', `part ${part} of ${text.slice(0, 60)}`);
  }
  for (const nonsense of ['nonsense', 'a.b.c', '{"proof":[]}', '..', `${genuine[0]?.text}.x`]) assert.equal(await says(page, nonsense), 'refused', nonsense);
}

test('the open page checks with the network cut, and refuses one changed sign', async () => {
  const { page, context, watch } = await open(browser, phone);
  await page.goto('/verify/offline?lang=ru');
  await context.setOffline(true);
  await all(page);
  await says(page, genuine[0]?.text ?? '');
  if (process.env['LOOK']) await page.screenshot({ path: process.env['LOOK'], fullPage: true });
  const text = await page.locator('#found').innerText();
  assert.ok(text.includes(valid.serial) && /на \d{4}-\d{2}-\d{2}/.test(text), `it tells whose it is and how old the list is: ${text}`);
  watch.strict();
  await context.close();
});

test('a saved page does too, and without the browser\'s own Ed25519', async () => {
  const file = join(folder, 'check.html');
  writeFileSync(file, await (await fetch(`${admin.url}/verify/offline?save=1&lang=en`)).text());
  for (const own of [true, false]) {
    const { page, context } = await open(browser, desktop);
    if (!own) await context.addInitScript(() => Object.defineProperty(crypto, 'subtle', { value: undefined }));
    await context.setOffline(true);
    await page.goto(`file://${file}`);
    assert.equal(await page.evaluate(() => crypto.subtle === undefined), !own);
    await all(page, own ? genuine : genuine.slice(0, 2));
    await context.close();
  }
});
