import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { whileOpen } from './whileOpen.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('it looks again after an answer and after a failure, one look at a time, until it is stopped', async () => {
  let looks = 0;
  let answer: () => void = () => undefined;
  const stop = whileOpen(1000, () => {
    looks++;
    return looks === 2 ? Promise.reject(new Error('no network')) : new Promise<void>((resolve) => (answer = resolve));
  });
  await vi.advanceTimersByTimeAsync(5000);
  expect(looks).toBe(1); // the first has not answered yet
  answer();
  await vi.advanceTimersByTimeAsync(2100);
  expect(looks).toBe(3);
  stop();
  answer();
  await vi.advanceTimersByTimeAsync(5000);
  expect(looks).toBe(3);
});
