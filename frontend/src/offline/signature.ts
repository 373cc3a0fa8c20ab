/** Whether a signature is by one of the keys that lie in the page. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { fromBase64url, type Bytes } from './bytes.ts';

/** Public keys by id, base64url. */
export type Keys = Readonly<Record<string, string>>;

/** Why something is refused, as a key of the page's words. */
export type Reason = 'UnknownKey' | 'Forged' | 'NotRead' | 'OtherForm';

export class Refused extends Error {
  constructor(readonly reason: Reason) {
    super(reason);
  }
}

/** Ed25519 by the browser where it has it and the page may use it, which a page without TLS may not; else by the library. */
async function fits(key: Bytes, message: Bytes, signature: Bytes): Promise<boolean> {
  if (signature.length !== 64) return false;
  try {
    const known = await crypto.subtle.importKey('raw', key, { name: 'Ed25519' }, false, ['verify']);
    return await crypto.subtle.verify({ name: 'Ed25519' }, known, signature, message);
  } catch {
    return ed25519.verify(signature, message, key, { zip215: false });
  }
}

/** Throws unless the message was signed with the key of that id. */
export async function open(keys: Keys, id: string, message: Bytes, signature: Bytes): Promise<void> {
  const key = Object.hasOwn(keys, id) ? keys[id] : undefined;
  if (key === undefined) throw new Refused('UnknownKey');
  if (!(await fits(fromBase64url(key), message, signature))) throw new Refused('Forged');
}
