/**
 * Programs of others verify what Mostik signs: `@digitalcredentials/verifier-core` the Data Integrity proof and the status
 * lists, `jose` the tokens, and the JSON schema of Open Badges 3.0 the form. With the server's answers kept and the network
 * cut they say the same; one byte changed is refused.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { verifyCredential } from '@digitalcredentials/verifier-core';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import { Api } from './lib/api.ts';
import { credential, holders, type Holder } from './lib/holders.ts';
import { root } from './lib/server.ts';

const schemaFile = join(root, 'lms', 'credential', 'testdata', 'ob_v3p0_achievementcredential_schema.json');

/** What was fetched, by address; once cut, nothing else can be had. */
const kept = new Map<string, { status: number; body: string; type: string }>();
let cut = false;
const real = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const url = typeof input === 'string' ? input : input instanceof URL ? input.href : input.url;
  if (url.startsWith('https://purl.imsglobal.org/spec/ob/v3p0/schema/')) return new Response(readFileSync(schemaFile));
  const known = kept.get(url);
  if (cut && known) return new Response(known.body, { status: known.status, headers: { 'content-type': known.type } });
  if (cut || !url.startsWith('http://127.0.0.1')) throw new Error(`no network: ${url}`);
  const response = await real(input, init);
  if (url.includes('/issuer') || url.includes('/credentials/status/')) {
    kept.set(url, { status: response.status, body: await response.clone().text(), type: response.headers.get('content-type') ?? '' });
  }
  return response;
};
after(() => {
  globalThis.fetch = real;
});

interface Credential {
  issuer: { id: string };
  name: string;
  credentialSubject: { identifier: { identityHash: string }[] };
  credentialStatus: { statusPurpose: string; statusListCredential: string }[];
  proof: { proofValue: string }[];
}

const admin = await Api.signIn('admin@demo.mostik');

/** verifier-core's steps by their names. */
function steps(result: Awaited<ReturnType<typeof verifyCredential>>): Record<string, boolean | undefined> {
  const log = (result.log ?? []) as { id: string; valid?: boolean }[];
  return Object.fromEntries(log.map((step) => [step.id, step.valid]));
}

const verify = (credential: unknown) => verifyCredential({ credential: credential as never, knownDIDRegistries: [] });

/** The text with its nth sign exchanged for another. */
function bent(text: string, at: number): string {
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
}

const [valid, suspended, revoked] = (await holders(3)) as [Holder, Holder, Holder];
await admin.post(`/certificates/${suspended.serial}/changes`, { act: 'suspend', reason: 'A complaint is looked into.' });
await admin.post(`/certificates/${revoked.serial}/changes`, { act: 'revoke', reason: 'Given by mistake.' });

const said = JSON.parse(await credential(valid, 'di')) as Credential;
const token = await credential(valid, 'jwt');
// Before the first look at a list: it may be a minute old.
const others = [
  { list: 'suspension_status', said: JSON.parse(await credential(suspended, 'di')) as Credential },
  { list: 'revocation_status', said: JSON.parse(await credential(revoked, 'di')) as Credential },
];

test('verifier-core accepts a credential, and reads from the lists what became of others', async () => {
  const result = await verify(said);
  assert.deepEqual(result.errors ?? [], []);
  const { registered_issuer: _, ...found } = steps(result);
  assert.deepEqual(found, { valid_signature: true, revocation_status: true, suspension_status: true, expiration: true });
  for (const other of others) {
    const found = steps(await verify(other.said));
    assert.deepEqual([found['valid_signature'], found[other.list]], [true, false], other.list);
  }
});

test('the JSON schema of Open Badges 3.0 holds for each of the two statuses', async () => {
  // The schema knows one status a credential, the data model of W3C several: each is looked at as if it were alone.
  for (const status of said.credentialStatus) {
    const result = await verify({ ...said, credentialStatus: status });
    assert.notDeepEqual(result.errors ?? [], [], 'a credential with a status left out is another one');
  }
  const { default: Ajv } = await import('ajv/dist/2019.js');
  const { default: formats } = await import('ajv-formats');
  const ajv = new Ajv.default({ allErrors: true, strict: false });
  formats.default(ajv);
  const fits = ajv.compile(JSON.parse(readFileSync(schemaFile, 'utf8')) as object);
  for (const status of said.credentialStatus) assert.ok(fits({ ...said, credentialStatus: status }), JSON.stringify(fits.errors));
  assert.ok(!fits({ ...said, credentialStatus: said.credentialStatus[0], credentialSubject: {} }), 'the schema refuses something');
});

test('jose accepts the tokens with the published keys, of a credential and of a list', async () => {
  const keys = createLocalJWKSet((await (await fetch(`${admin.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet);
  const { payload } = await jwtVerify(token, keys, { issuer: said.issuer.id, algorithms: ['EdDSA'], typ: 'JWT' });
  assert.equal(payload['name'], said.name);
  const kid = decodeProtectedHeader(token).kid ?? '';
  assert.equal(((await (await fetch(kid)).json()) as { kid: string }).kid, kid, 'the key is at the address that the token names');
  for (const status of said.credentialStatus) {
    const list = await (await fetch(status.statusListCredential, { headers: { accept: 'application/vc+jwt' } })).text();
    const read = await jwtVerify(list, keys, { issuer: said.issuer.id, algorithms: ['EdDSA'] });
    assert.equal(read.payload['id'], status.statusListCredential);
    await refuses(list, keys);
  }
  await refuses(token, keys);
});

/** Every part of a token, bent at its beginning, middle and near its end. */
async function refuses(whole: string, keys: ReturnType<typeof createLocalJWKSet>): Promise<void> {
  const dots = [-1, whole.indexOf('.'), whole.lastIndexOf('.'), whole.length];
  for (let part = 0; part < 3; part++) {
    const [from, to] = [dots[part]! + 1, dots[part + 1]!];
    for (const at of [from, (from + to) >> 1, to - 2]) {
      await assert.rejects(jwtVerify(bent(whole, at), keys, { algorithms: ['EdDSA'] }), `a changed sign at ${at}`);
    }
  }
}

test('with the network cut, verifier-core says the same, and refuses one changed byte', async () => {
  assert.ok(kept.size >= 4, 'issuer, key and two lists were kept');
  cut = true;
  try {
    assert.equal(steps(await verify(said)).valid_signature, true);
    const bends: ((c: Credential) => void)[] = [
      (c) => (c.name = bent(c.name, 0)),
      (c) => (c.credentialSubject.identifier[0]!.identityHash += '.'),
      (c) => (c.credentialStatus[0]!.statusPurpose = 'message'),
      (c) => (c.proof[0]!.proofValue = bent(c.proof[0]!.proofValue, 20)),
    ];
    for (const bend of bends) {
      const other = structuredClone(said);
      bend(other);
      assert.notDeepEqual((await verify(other)).errors ?? [], [], String(bend));
    }
    // One byte of a list: the credential is genuine, and its standing cannot be told.
    for (const status of said.credentialStatus) {
      const address = status.statusListCredential;
      const list = kept.get(address)!;
      kept.set(address, { ...list, body: list.body.replace(/"validUntil":"2/, '"validUntil":"3') });
      const result = await verify(said);
      assert.notEqual(steps(result)[`${status.statusPurpose}_status`], true, `a changed list of ${status.statusPurpose}`);
      kept.set(address, list);
    }
  } finally {
    cut = false;
  }
});
