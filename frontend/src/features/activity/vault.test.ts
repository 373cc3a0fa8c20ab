import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { BadCode, keyOfCode, openText, ownKey, recoveryCode, sealText, WrongKey } from './vault.ts';

test('what is sealed opens with the same key in the same place', async () => {
  const key = await ownKey('a');
  const sealed = await sealText(key, 'e/m4', 'Что я сделаю иначе');
  expect(sealed).not.toContain('Что');
  expect(await openText(key, 'e/m4', sealed)).toBe('Что я сделаю иначе');
});

test('another key, another place and a changed byte do not open it', async () => {
  const key = await ownKey('a');
  const sealed = await sealText(key, 'e/m4', 'text');
  await expect(openText(await ownKey('b'), 'e/m4', sealed)).rejects.toThrow(WrongKey);
  await expect(openText(key, 'e/m5', sealed)).rejects.toThrow(WrongKey);
  const last = sealed.length - 6;
  const forged = sealed.slice(0, last) + (sealed[last] === 'A' ? 'B' : 'A') + sealed.slice(last + 1);
  await expect(openText(key, 'e/m4', forged)).rejects.toThrow(WrongKey);
});

test('the same person has the same key at the next visit', async () => {
  expect(await ownKey('c')).toEqual(await ownKey('c'));
});

test('a recovery code gives the key back, however it is written', async () => {
  for (let i = 0; i < 50; i++) {
    const key = crypto.getRandomValues(new Uint8Array(32));
    const code = recoveryCode(key);
    expect(keyOfCode(code)).toEqual(key);
    expect(keyOfCode(code.toLowerCase().replace(/-/g, ' '))).toEqual(key);
  }
});

test('a slip in a recovery code is noticed', () => {
  const key = Uint8Array.from({ length: 32 }, (_, i) => i * 7);
  const code = recoveryCode(key);
  for (let i = 0; i < code.length - 1; i++) {
    if (code[i] === '-') continue;
    const slip = code.slice(0, i) + (code[i] === '7' ? '8' : '7') + code.slice(i + 1);
    expect(() => keyOfCode(slip)).toThrow(BadCode);
  }
  expect(() => keyOfCode('')).toThrow(BadCode);
});
