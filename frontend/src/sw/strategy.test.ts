import { expect, test } from 'vitest';
import { strategyFor, type Strategy } from './strategy.ts';

const origin = 'https://mostik.example';
const study = [/^\/learn\/[^/]+$/];

test.each<[string, string, string, RequestMode, boolean, Strategy]>([
  ['a built file is kept', 'GET', '/assets/main-1.js', 'no-cors', false, 'asset'],
  ['a page of study is kept', 'GET', '/learn/42', 'navigate', false, 'page'],
  ['a page of staff is not', 'GET', '/admin/people', 'navigate', false, 'network'],
  ['sign-in is not', 'GET', '/sign-in', 'navigate', false, 'network'],
  ['an answer that a page wants kept is', 'GET', '/api/v1/courses/1', 'cors', true, 'data'],
  ['another answer is not', 'GET', '/api/v1/people', 'cors', false, 'network'],
  ['the session never is', 'GET', '/api/v1/auth/sessions', 'cors', true, 'network'],
  ['a change never is', 'POST', '/api/v1/courses/1', 'cors', true, 'network'],
  ['a foreign file is not ours', 'GET', 'https://other.example/assets/x.js', 'cors', true, 'network'],
])('%s', (_name, method, path, mode, keep, want) => {
  const url = path.startsWith('https') ? path : origin + path;
  const headers = { get: (name: string) => (keep && name === 'mostik-keep' ? '1' : null) };
  expect(strategyFor({ method, url, mode, headers }, origin, study)).toBe(want);
});
