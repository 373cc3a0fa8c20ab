import { expect, test, vi } from 'vitest';
import { links } from './links.ts';
import { staffLinks } from './staff/links.ts';
import { farRoutes, findPath, matchPath, mayMatch, routes, type Route } from './match.ts';
import live from '../routes.json?live';
import programmes from '../routes.json?programmes';
import staff from '../routes.json?staff';

farRoutes((table) => Promise.resolve({ programmes, live, staff }[table]));
test('the staff’s routes come when one of them is asked for', async () => {
  expect(matchPath('/desk/people')).toBeUndefined();
  expect(mayMatch('/desk/people')).toBe(true);
  expect(mayMatch('/deskwork')).toBe(false);
  const [one, other] = await Promise.all([findPath('/desk/people'), findPath('/admin')]);
  expect([one?.route.page, other?.route.page]).toEqual(['desk/people', 'admin/home']);
  expect(mayMatch('/desk/nowhere/at/all')).toBe(false);
});

test('what trainees seldom open comes without the staff’s routes', async () => {
  expect(programmes.map((route) => route.area)).toEqual(['study', 'study', 'study']);
  expect(staff.filter((route) => route.area !== 'staff')).toEqual([]);
  expect([matchPath('/programmes'), mayMatch('/programmes')]).toEqual([undefined, true]);
  expect((await findPath('/programmes/one'))?.route.page).toBe('learn/programme');
  expect([matchPath('/webinars'), mayMatch('/webinars')]).toEqual([undefined, true]);
  expect((await findPath('/webinars/one'))?.route.page).toBe('live/webinar');
});

test('a table that did not come is asked for again', async () => {
  vi.resetModules();
  const match = await import('./match.ts');
  let tries = 0;
  match.farRoutes(() => (tries++ === 0 ? Promise.reject(new Error('no line')) : Promise.resolve(staff)));
  await expect(match.findPath('/desk')).rejects.toThrow('no line');
  expect((await match.findPath('/desk'))?.route.page).toBe('desk/home');
});

const some: Route[] = [
  { path: '/learn', page: 'learn/home', area: 'study' },
  { path: '/learn/new', page: 'learn/new', area: 'study' },
  { path: '/learn/:course', page: 'learn/course', area: 'study' },
];

test.each<[string, string | undefined, Record<string, string>]>([
  ['/learn', 'learn/home', {}],
  ['/learn/', 'learn/home', {}],
  ['/learn/new', 'learn/new', {}],
  ['/learn/a%20b', 'learn/course', { course: 'a b' }],
  ['/learn/%E0%A4%A', 'learn/course', { course: '%E0%A4%A' }],
  ['/learn/a/b', undefined, {}],
  ['/', undefined, {}],
])('%s leads to %s', (path, page, params) => {
  const found = matchPath(path, some);
  expect(found?.route.page).toBe(page);
  expect(found?.params ?? {}).toEqual(params);
});

test('every route has a page and every page a route', async () => {
  await Promise.all(['/desk', '/programmes', '/webinars'].map((path) => findPath(path)));
  const pages = Object.keys(import.meta.glob('../routes/**/*.svelte')).map((file) => file.slice('../routes/'.length, -'.svelte'.length));
  const named = routes.map((route) => route.page);
  expect([...pages].sort()).toEqual([...named].sort());
  expect(new Set(routes.map((route) => route.path)).size).toBe(routes.length);
});

test('every link leads to a route', () => {
  const lost = Object.entries({ ...links, ...staffLinks }).filter(([, link]) => {
    const call = link as (...args: string[]) => string;
    return !matchPath(new URL(call(...Array.from({ length: link.length }, () => 'x')), 'http://x').pathname);
  });
  expect(lost.map(([name]) => name)).toEqual([]);
});
