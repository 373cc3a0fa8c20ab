import { expect, test } from 'vitest';
import { wordsOf } from './vtt.ts';

const film = `\uFEFFWEBVTT - a talk

NOTE made by hand

1
00:00.000 --> 00:04.000 align:start
<v Trainer>Who opens the <i>door</i>?

2
00:04.000 --> 00:08.000
The one with
the keys &amp; the papers.

00:08.000 --> 00:09.000
The one with the keys & the papers.
`;

test('a transcript has the words and who says them, and nothing of times and marks', () => {
  expect(wordsOf(film)).toEqual(['Trainer: Who opens the door?', 'The one with the keys & the papers.']);
});

test('line ends of every kind are read', () => {
  expect(wordsOf(film.replace(/\n/g, '\r\n'))).toHaveLength(2);
});

test('what is no WebVTT has no words', () => {
  expect(wordsOf('<html></html>')).toEqual([]);
});
