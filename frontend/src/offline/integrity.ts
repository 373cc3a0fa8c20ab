/**
 * Data Integrity proofs of the cryptosuite eddsa-rdfc-2022 (W3C VC-DI-EDDSA 1.0, 3.2.2). What is signed is the meaning: a
 * document's statements in canonical form (RDFC-1.0). So the reading has to be as narrow as the writing: a document that
 * says the same in another form than ours is refused, for the page shows what stands in the form.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import jsonld from 'jsonld';
import credentialsV2 from '../../../lms/credential/contexts/credentials-v2.json';
import openBadges from '../../../lms/credential/contexts/open-badges-3.0.3.json';
import { fromBase58, fromUTF8 } from './bytes.ts';
import { open, Refused, type Keys } from './signature.ts';

type Document = Record<string, unknown>;

const contexts = new Map<string, unknown>([
  ['https://www.w3.org/ns/credentials/v2', credentialsV2],
  ['https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json', openBadges],
]);
const ours = JSON.stringify([...contexts.keys()]);

/** The contexts in the page, and no other: nothing is fetched. */
function documentLoader(url: string): Promise<{ contextUrl: null; documentUrl: string; document: unknown }> {
  const document = contexts.get(url);
  if (document === undefined) return Promise.reject(new Refused('NotRead'));
  return Promise.resolve({ contextUrl: null, documentUrl: url, document });
}

/** SHA-256 as rdf-canonize asks for it: its own needs the browser's, which a page without TLS has not. */
class Digest {
  private readonly hash = sha256.create();
  update(text: string): void {
    this.hash.update(fromUTF8(text));
  }
  digest(): Promise<string> {
    return Promise.resolve(bytesToHex(this.hash.digest()));
  }
}

async function hashOf(document: Document): Promise<Uint8Array> {
  // Safe: a term that no context knows is refused and not left out, for what is left out is not signed.
  const options = { algorithm: 'RDFC-1.0', format: 'application/n-quads', safe: true, base: null, documentLoader, canonizeOptions: { createMessageDigest: () => new Digest() } };
  return sha256(fromUTF8(await jsonld.canonize(document, options)));
}

const isObject = (value: unknown): value is Document => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Only the forms that we write: words of JSON-LD's own, full addresses as names and further contexts could let a document
 * show something else than it states.
 */
function plain(value: unknown, depth = 0): boolean {
  if (depth > 8) return false;
  if (Array.isArray(value)) return value.length <= 8 && value.every((v) => (typeof v === 'string' || isObject(v)) && plain(v, depth + 1));
  if (isObject(value)) return Object.entries(value).every(([name, v]) => /^[A-Za-z]+$/.test(name) && plain(v, depth + 1));
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Gives a credential whose proof fits, without its proof, or throws. */
export async function openCredential(text: string, keys: Keys): Promise<Document> {
  const whole = JSON.parse(text) as unknown;
  if (!isObject(whole)) throw new Refused('NotRead');
  const { proof: proofs, '@context': context, ...said } = whole;
  const list: unknown[] = Array.isArray(proofs) ? proofs : [proofs];
  const proof = list[0];
  if (list.length !== 1 || !isObject(proof) || !plain(proof) || !plain(said)) throw new Refused('NotRead');
  if (JSON.stringify(context) !== ours) throw new Refused('OtherForm');
  const { proofValue, ...options } = proof;
  const { type, cryptosuite, proofPurpose, verificationMethod } = options;
  if (type !== 'DataIntegrityProof' || cryptosuite !== 'eddsa-rdfc-2022' || proofPurpose !== 'assertionMethod') throw new Refused('OtherForm');
  const issuer = isObject(said['issuer']) ? said['issuer']['id'] : undefined;
  if (typeof proofValue !== 'string' || !proofValue.startsWith('z') || typeof verificationMethod !== 'string' || typeof issuer !== 'string') throw new Refused('NotRead');
  // A key may sign for its own issuer.
  const prefix = `${issuer}/keys/`;
  if (!verificationMethod.startsWith(prefix)) throw new Refused('UnknownKey');
  const [first, second] = [await hashOf({ '@context': context, ...options }), await hashOf({ '@context': context, ...said })];
  await open(keys, verificationMethod.slice(prefix.length), Uint8Array.from([...first, ...second]), fromBase58(proofValue.slice(1)));
  return said;
}
