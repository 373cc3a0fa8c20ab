import { afterEach, beforeEach, expect, test, vi } from 'vitest';

let destroy: () => void = () => undefined;
vi.mock('svelte', async (original) => ({ ...(await original<object>()), onDestroy: (run: () => void) => (destroy = run) }));
vi.mock('../router.svelte.ts', () => ({ router: {} }));
const { settled } = await import('./query.ts');

const place = { pathname: '/desk/people' };
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('location', place);
  place.pathname = '/desk/people';
});
afterEach(() => void vi.useRealTimers());

test('the last of several calls runs when none has followed', () => {
  const run = vi.fn();
  const search = settled<string>(300, run);
  for (const text of ['A', 'An', 'Ann']) search(text);
  vi.advanceTimersByTime(300);
  expect(run.mock.calls).toEqual([['Ann']]);
});

test('what was still to run when somebody has gone on is not run: the address is another page’s already', () => {
  const run = vi.fn();
  const search = settled<string>(300, run);
  search('Ann');
  place.pathname = '/desk/people/1';
  vi.advanceTimersByTime(300);
  search('Ann');
  destroy();
  vi.advanceTimersByTime(300);
  expect(run).not.toHaveBeenCalled();
});
