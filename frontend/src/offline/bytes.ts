/** Bytes as text. Reading is strict: one list of bytes has one spelling, so that no changed sign means the same. */

export type Bytes = Uint8Array<ArrayBuffer>;

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function fromBase64url(text: string): Bytes {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw new Error('not base64url');
  const raw = atob(text.replace(/-/g, '+').replace(/_/g, '/') + '='.repeat((4 - (text.length % 4)) % 4));
  const list = Uint8Array.from(raw, (c) => c.charCodeAt(0));
  if (toBase64url(list) !== text) throw new Error('not strict');
  return list;
}

export function toBase64url(list: Uint8Array): string {
  let raw = '';
  for (const b of list) raw += String.fromCharCode(b);
  return btoa(raw).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

const signs58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** Base58 as Bitcoin writes it: a number in base 58, and a 1 for every zero byte before it. */
export function fromBase58(text: string): Bytes {
  if (text.length > 200) throw new Error('too long');
  let n = 0n;
  for (const sign of text) {
    const value = signs58.indexOf(sign);
    if (value < 0) throw new Error('not base58');
    n = n * 58n + BigInt(value);
  }
  const list: number[] = [];
  for (; n > 0n; n >>= 8n) list.unshift(Number(n & 255n));
  const zeros = text.length - text.replace(/^1+/, '').length;
  return Uint8Array.from([...new Array<number>(zeros).fill(0), ...list]);
}

export const fromUTF8 = (text: string): Bytes => new TextEncoder().encode(text) as Bytes;
export const toUTF8 = (list: Uint8Array): string => utf8.decode(list);
export const parse = (list: Uint8Array): unknown => JSON.parse(toUTF8(list)) as unknown;
