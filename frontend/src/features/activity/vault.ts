/**
 * The key by which reflections and private worksheets are sealed (AES-256-GCM, WebCrypto). It is made on
 * the device and kept in its IndexedDB; the server never sees it. Written down as a recovery code, it opens
 * the same texts on another device.
 */

const databaseName = 'mostik-vault';
const storeName = 'keys';
/** Crockford's base 32: no I, L, O, U, which hands confuse. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const keyBytes = 32;

/** The text cannot be opened with the key of this device. */
export class WrongKey extends Error {}

/** The recovery code is not one: a slip of the pen, most likely. */
export class BadCode extends Error {}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(databaseName, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(storeName);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error('vault: cannot open'));
  });
}

async function run<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = db.transaction(storeName, mode);
      const asked = act(transaction.objectStore(storeName));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = () => reject(transaction.error ?? new Error('vault: cannot read'));
      transaction.onabort = transaction.onerror;
    });
  } finally {
    db.close();
  }
}

/** The key of a person on this device, if there is one. */
export async function storedKey(person: string): Promise<Uint8Array | undefined> {
  return (await run<Uint8Array | undefined>('readonly', (store) => store.get(person) as IDBRequest<Uint8Array | undefined>)) ?? undefined;
}

/** The key of a person on this device, made now when there is none. */
export async function ownKey(person: string): Promise<Uint8Array> {
  const found = await storedKey(person);
  if (found) return found;
  const made = crypto.getRandomValues(new Uint8Array(keyBytes));
  // Another tab may have been faster: the first one stays.
  await run('readwrite', (store) => store.add(made, person)).catch(() => undefined);
  return (await storedKey(person)) ?? made;
}

export async function putKey(person: string, key: Uint8Array): Promise<void> {
  await run('readwrite', (store) => store.put(key, person));
}

const imported = (key: Uint8Array) => crypto.subtle.importKey('raw', key as BufferSource, 'AES-GCM', false, ['encrypt', 'decrypt']);

/** Seals a text for its place, so that the server cannot put one text where another belongs. */
export async function sealText(key: Uint8Array, place: string, text: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = new TextEncoder().encode(place);
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, await imported(key), new TextEncoder().encode(text));
  return `1.${base64(iv)}.${base64(new Uint8Array(sealed))}`;
}

/** Opens a sealed text. Throws WrongKey when key or place are not its own. */
export async function openText(key: Uint8Array, place: string, sealed: string): Promise<string> {
  const [version, iv, body] = sealed.split('.');
  if (version !== '1' || !iv || !body) throw new WrongKey('not a sealed text');
  try {
    const additionalData = new TextEncoder().encode(place);
    const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes(iv) as BufferSource, additionalData }, await imported(key), bytes(body) as BufferSource);
    return new TextDecoder().decode(opened);
  } catch (cause) {
    throw new WrongKey('the key does not fit', { cause });
  }
}

const base64 = (data: Uint8Array) => btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(''));
const bytes = (text: string) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

/** Writes a key as groups of four signs, the last two being a check. */
export function recoveryCode(key: Uint8Array): string {
  const whole = [...key, check(key)];
  let bits = 0;
  let held = 0;
  let text = '';
  for (const byte of whole) {
    held = ((held << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 5) text += alphabet[(held >> (bits -= 5)) & 31];
  }
  if (bits > 0) text += alphabet[(held << (5 - bits)) & 31];
  return text.replace(/(.{4})(?=.)/g, '$1-');
}

/** Reads a code as hands write it. Throws BadCode. */
export function keyOfCode(code: string): Uint8Array {
  const clean = code.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  const out: number[] = [];
  let bits = 0;
  let held = 0;
  for (const sign of clean) {
    const value = alphabet.indexOf(sign);
    if (value < 0) throw new BadCode();
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) out.push((held >> (bits -= 8)) & 255);
  }
  const key = Uint8Array.from(out.slice(0, keyBytes));
  if (out.length !== keyBytes + 1 || out[keyBytes] !== check(key)) throw new BadCode();
  return key;
}

/** A check of eight bits: each byte weighted by its place. */
function check(key: Uint8Array): number {
  return key.reduce((sum, byte, i) => (sum + byte * (2 * i + 1)) & 255, 0x5a);
}
