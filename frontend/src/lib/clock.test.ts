import { beforeEach, expect, test, vi } from 'vitest';
import { uuidv7 } from './uuid.ts';

let store: Map<string, string>;
beforeEach(() => {
  store = new Map();
  vi.resetModules();
  vi.stubGlobal('localStorage', { getItem: (k: string) => store.get(k) ?? null, setItem: (k: string, v: string) => store.set(k, v) });
});

test('a clock set back does not run revisions backwards', async () => {
  const { nextRevision } = await import('./clock.ts');
  expect([nextRevision(1000), nextRevision(1000), nextRevision(400), nextRevision(2000)]).toEqual([1000, 1001, 1002, 2000]);
});

test('a second tab and a reload go on above the first', async () => {
  const first = await import('./clock.ts');
  first.nextRevision(5000);
  vi.resetModules();
  const second = await import('./clock.ts');
  expect(second.nextRevision(10)).toBe(5001);
  expect(first.nextRevision(10)).toBe(5002);
});

test('a revision known to the server is passed, and storage that fails or lies is survived', async () => {
  const { nextRevision, noteRevision } = await import('./clock.ts');
  store.set('mostik.revision', 'nonsense');
  noteRevision(9000);
  expect(nextRevision(1)).toBe(9001);
  vi.stubGlobal('localStorage', { getItem: () => { throw new Error('off'); }, setItem: () => { throw new Error('off'); } });
  expect(nextRevision(1)).toBe(9002);
});

test('ids carry version, variant and time, and sort by it', () => {
  const id = uuidv7(0x0198_0000_0001);
  expect(id).toMatch(/^01980000-0001-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(uuidv7(1) < uuidv7(2)).toBe(true);
  expect(uuidv7(1)).not.toBe(uuidv7(1));
});
