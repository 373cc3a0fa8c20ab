import { expect, test } from 'vitest';
import { scores } from './scale.ts';
import type { SelfCheck } from '../../lib/study/types.ts';

const steps = [100, 75, 50, 25, 0].map((value) => ({ value, label: String(value) }));
const check: SelfCheck = {
  title: '',
  intro: '',
  source: '',
  frames: { frequency: steps },
  items: [
    { key: 'a', stem: '', frame: 'frequency', reversed: false },
    { key: 'b', stem: '', frame: 'frequency', reversed: false },
    { key: 'c', stem: '', frame: 'frequency', reversed: true },
    { key: 'd', stem: '', frame: 'frequency', reversed: false },
  ],
  scales: [{ key: 'work', title: '', about: '', items: ['a', 'b', 'c', 'd'], min_answered: 3 }],
  contacts: [],
};

test('a scale is the mean of what was answered, the reversed item turned round', () => {
  // always 100, sometimes 50, the reversed "always" counts as never: 0
  expect(scores(check, { a: 0, b: 2, c: 0 })[0]?.score).toBe(50);
});

test('too few answers give no score', () => {
  expect(scores(check, { a: 0, b: 0 })[0]?.score).toBeUndefined();
});

test('an answer outside of the frame does not count', () => {
  expect(scores(check, { a: 0, b: 0, d: 9 })[0]?.score).toBeUndefined();
});
