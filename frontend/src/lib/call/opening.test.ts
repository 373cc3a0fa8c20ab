import { expect, test } from 'vitest';
import { Opening } from './opening.ts';

/** Something that opens when it is told to. */
function slow() {
  let done: (made: string) => void = () => undefined;
  let fail: (why: Error) => void = () => undefined;
  const made = new Promise<string>((resolve, reject) => ([done, fail] = [resolve, reject]));
  return { make: () => made, done: (name: string) => done(name), fail: () => fail(new Error('denied')) };
}

test('of two that were asked for the newer one is kept, whichever comes first', async () => {
  const closed: string[] = [];
  const opening = new Opening<string>((late) => closed.push(late));
  const [first, second] = [slow(), slow()];
  const [a, b] = [opening.open(first.make), opening.open(second.make)];
  second.done('second');
  first.done('first');
  expect([await a, await b]).toEqual([undefined, 'second']);
  expect(closed).toEqual(['first']);
});

test('what comes after one has left is closed', async () => {
  const closed: string[] = [];
  const opening = new Opening<string>((late) => closed.push(late));
  const camera = slow();
  const opened = opening.open(camera.make);
  opening.cancel();
  camera.done('camera');
  expect(await opened).toBeUndefined();
  expect(closed).toEqual(['camera']);
});

test('a fault is told while it matters, and only then', async () => {
  const opening = new Opening<string>(() => undefined);
  const [first, second] = [slow(), slow()];
  const a = opening.open(first.make);
  const b = opening.open(second.make);
  first.fail();
  second.fail();
  expect(await a).toBeUndefined();
  await expect(b).rejects.toThrow('denied');
});
