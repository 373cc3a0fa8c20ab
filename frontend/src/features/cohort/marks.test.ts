import { expect, test } from 'vitest';
import { attended, countDone, marks, marksOf, perLine } from './marks.ts';

test('a string that is too short, or holds a sign of a later server, reads as not opened', () => {
  expect(marksOf('xf?', 5).map((mark) => mark.sign)).toEqual(['x', 'f', '.', '.', '.']);
});

test('only what is done counts', () => {
  expect(countDone('x.sphmfx')).toBe(2);
  expect([attended('.x', 1), attended('.m', 1), attended('.', 7)]).toEqual([true, false, false]);
});

test('no two marks share a drawing, for colour never speaks alone', () => {
  expect(new Set(marks.map((mark) => mark.path)).size).toBe(marks.length);
});

test('lines of a strip are about equally long', () => {
  expect([perLine(26, 30), perLine(31, 30), perLine(60, 30), perLine(0, 30)]).toEqual([26, 16, 30, 1]);
});
