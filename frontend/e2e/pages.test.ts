/**
 * Every page of the site for somebody who may see it: nothing for axe to find (WCAG 2.2 AA) in either theme, on
 * phone and desktop; nothing to scroll sideways at 390 and 320 pixels. `npm run pictures` also takes pictures of all.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContext, Page } from 'playwright-core';
import { Api, course, enrolled, newcomer } from './lib/api.ts';
import { drawn, enter, launch, open, type Watch } from './lib/browser.ts';
import { root } from './lib/server.ts';

const out = join(root, 'frontend', 'e2e', 'out');
mkdirSync(out, { recursive: true });
const routes = JSON.parse(readFileSync(join(root, 'frontend', 'src', 'routes.json'), 'utf8')) as { path: string }[];
const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } } as const;
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** The rules whose outcome a theme can change. */
const colours = ['color-contrast', 'link-in-text-block'];
/** Pictures take longer than all the rest: `npm run pictures` makes them. */
const pictures = process.env['MOSTIK_PICTURES'] === '1';
/** Russian is the longer of the two, so it is the one whose layout is held. */
const languages = pictures ? (['en', 'ru'] as const) : (['ru'] as const);

/** A page to look at: who sees it, where it is. */
interface Look {
  name: string;
  path: string;
  /** What answers with a failure on purpose. */
  expect?: RegExp;
  /** What must be there before one looks. */
  ready?: string;
}

const browser = await launch();
after(() => browser.close());

async function examine(page: Page, watch: Watch, look: Look, lang: string, faults: string[]): Promise<void> {
  if (look.expect) watch.expect(look.expect);
  await page.setViewportSize(sizes.desktop);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(look.path);
  if (look.ready) await page.locator(look.ready).first().waitFor();
  else await drawn(page);
  await page.waitForLoadState('networkidle');
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      if (lang === 'ru' && (colorScheme === 'light' || size === 'phone')) {
        const axe = new AxeBuilder({ page });
        const { violations } = await (colorScheme === 'light' ? axe.withTags(tags) : axe.withRules(colours)).analyze();
        for (const each of violations) faults.push(`${look.name} ${size} ${colorScheme}: ${each.id} (${each.help})\n      ${each.nodes.slice(0, 3).map((node) => `${node.target.join(' ')} ${node.html.slice(0, 140)}`).join('\n      ')}`);
      }
      if (pictures) await page.screenshot({ path: join(out, `${look.name}-${lang}-${size}${colorScheme === 'dark' ? '-dark' : ''}.png`), fullPage: true });
    }
    await page.emulateMedia({ colorScheme: 'light' });
  }
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    const wide = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      if (scrollWidth <= clientWidth) return '';
      const past = [...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > clientWidth + 0.5 && getComputedStyle(each).position !== 'fixed');
      return `${scrollWidth} wide; ${past.slice(0, 3).map((each) => `${each.tagName}.${each.className}: ${(each.textContent ?? '').trim().slice(0, 50)}`).join(' | ')}`;
    });
    if (wide) faults.push(`${look.name} ${lang} at ${width}: scrolls sideways, ${wide}`);
  }
  for (const each of watch.take()) faults.push(`${look.name} ${lang}: ${each}`);
  watch.strict();
}

/** Looks at pages as one person in both languages, several at once. */
async function lookAt(looks: Look[], sign: (context: BrowserContext) => Promise<void>, speak: (lang: string) => Promise<unknown>): Promise<void> {
  const faults: string[] = [];
  const first = await open(browser, {});
  await sign(first.context);
  const storageState = await first.context.storageState();
  await first.context.close();
  for (const lang of languages) {
    await speak(lang);
    const queue = looks.map((look) => ({ ...look, path: look.path.includes('?') ? `${look.path}&lang=${lang}` : look.path }));
    const worker = async () => {
      const { context, page, watch } = await open(browser, { locale: lang, serviceWorkers: 'block', storageState });
      for (let look = queue.shift(); look; look = queue.shift()) {
        try {
          await examine(page, watch, look, lang, faults);
        } catch (failure) {
          faults.push(`${look.name} ${lang}: ${failure instanceof Error ? failure.message.split('\n')[0] : String(failure)}`);
          watch.take();
          watch.strict();
        }
      }
      await context.close();
    };
    await Promise.all([worker(), worker()]);
  }
  assert.equal(faults.length, 0, `\n    ${faults.join('\n    ')}`);
}

const seen = new Set<string>();
/** Fills a route's parameters, and notes that the route is looked at. */
function at(path: string, values: Record<string, string> = {}): string {
  assert.ok(routes.some((each) => each.path === path), `routes.json has no ${path}`);
  seen.add(path);
  return path.replace(/:(\w+)/g, (_, name: string) => {
    const value = values[name];
    assert.ok(value, `${path} needs ${name}`);
    return value;
  });
}

const signedInAs = (login: string) => (context: BrowserContext) => enter(context, login);
const speaksAs = (api: Api) => (lang: string) => api.patch('/me', { language: lang });

test('a trainee who has come far', async () => {
  const api = await Api.signIn('trainee@demo.mostik');
  const { enrolments, certificates } = await api.get<{ enrolments: { id: string }[]; certificates: { serial: string }[] }>('/dashboard');
  const enrolment = enrolments[0]?.id ?? '';
  const detail = await api.get<{ modules: { activities: { key: string; kind: string; state: string }[] }[] }>(`/enrolments/${enrolment}`);
  const activities = detail.modules.flatMap((module) => module.activities);
  const looks: Look[] = [
    { name: 'learn', path: at('/learn') },
    { name: 'catalogue', path: at('/catalogue') },
    { name: 'about', path: at('/courses/:course', { course }) },
    { name: 'course', path: at('/learn/:enrolment', { enrolment }) },
    { name: 'selfcheck', path: `/learn/${enrolment}#m6-self-check`, ready: 'fieldset' },
    { name: 'profile', path: at('/profile') },
    { name: 'concern', path: at('/concern') },
    { name: 'missing', path: '/learn/nowhere/at/all', expect: /404/ },
    ...(certificates[0] ? [{ name: 'certificate', path: at('/certificates/:serial', { serial: certificates[0].serial }) }] : []),
  ];
  const lessons = ['m1-elements', 'm2-workplaces', 'm5-country'];
  for (const { key, kind, state } of activities) {
    if (state === 'locked' || kind === 'selfcheck' || (kind === 'lesson' && !lessons.includes(key))) continue;
    if (kind === 'quiz' && !['pre-test', 'm1-quiz', 'final'].includes(key)) continue;
    looks.push({ name: `activity-${key}`, path: at('/learn/:enrolment/:activity', { enrolment, activity: key }) });
    if (kind !== 'quiz' && kind !== 'interview') continue;
    const page = await api.get<{ quiz?: { attempts: { id: string }[] }; interview?: { attempts: { id: string }[] } }>(`/enrolments/${enrolment}/activities/${key}`);
    const attempt = (page.quiz ?? page.interview)?.attempts.at(-1);
    if (attempt) looks.push({ name: `review-${key}`, path: at('/attempts/:attempt', { attempt: attempt.id }) });
  }
  await lookAt(looks, signedInAs('trainee@demo.mostik'), speaksAs(api));
});

test('somebody new, in the middle of things', async () => {
  const { api, enrolment, login, password } = await enrolled();
  for (const key of ['m1-elements', 'm1-consent', 'm2-indicators', 'm5-referral', 'm4-first-talk', 'm4-principles']) await api.post(`/enrolments/${enrolment}/activities/${key}/seen`, { id: crypto.randomUUID() });
  const begin = async (key: string, more: object = {}) => (await api.post<{ id: string }>(`/enrolments/${enrolment}/activities/${key}/attempts`, { id: crypto.randomUUID(), ...more })).id;
  const looks: Look[] = [
    { name: 'fresh-course', path: `/learn/${enrolment}` },
    { name: 'fresh-learn', path: '/learn' },
    { name: 'activity-locked', path: `/learn/${enrolment}/post-test`, expect: /403/ },
  ];
  for (const key of ['pre-test', 'm1-quiz', 'm2-quiz', 'm5-quiz']) looks.push({ name: `attempt-${key}`, path: at('/attempts/:attempt', { attempt: await begin(key) }) });
  looks.push({ name: 'attempt-interview', path: `/attempts/${await begin('m4-interview', { role: 'notices' })}` });
  await lookAt(looks, (context) => enter(context, login, password), speaksAs(api));
});

test('nobody is signed in', async () => {
  const trainee = await Api.signIn('trainee@demo.mostik');
  const { certificates } = await trainee.get<{ certificates: { serial: string }[] }>('/dashboard');
  const drawnPages: Look[] = [
    { name: 'drawn-sign-in', path: '/sign-in?next=/learn' },
    { name: 'drawn-code', path: '/code?next=/learn' },
    { name: 'drawn-verify', path: '/verify?from=paper' },
    { name: 'drawn-not-found', path: '/nowhere?lost=1', expect: /404/ },
    { name: 'drawn-leave', path: '/leave?quick=1', expect: /favicon/ },
    { name: 'open-concern', path: '/concern?from=sign-in' },
    ...(certificates[0] ? [{ name: 'drawn-valid', path: `/verify/${certificates[0].serial}?from=qr` }] : []),
    { name: 'drawn-unknown', path: '/verify?serial=ABCD-EFGH-JKLMN', expect: /404|422/ },
  ];
  await lookAt(drawnPages, () => Promise.resolve(), () => Promise.resolve());
});

test('a trainer', async () => {
  const api = await Api.signIn('trainer@demo.mostik');
  const { items } = await api.get<{ items: { id: string; to_mark: number }[] }>('/cohorts');
  const id = [...items].sort((a, b) => b.to_mark - a.to_mark)[0]?.id ?? '';
  const report = await api.get<{ items: { enrolment_id: string }[] }>(`/cohorts/${id}/report`);
  await lookAt(
    [
      { name: 'teach', path: at('/teach') },
      { name: 'teach-cohort', path: at('/teach/cohorts/:id', { id }) },
      { name: 'teach-marking', path: at('/teach/cohorts/:id/marking', { id }) },
      { name: 'teach-dates', path: at('/teach/cohorts/:id/dates', { id }) },
      { name: 'teach-attendance', path: at('/teach/cohorts/:id/attendance', { id }) },
      { name: 'teach-statistics', path: at('/teach/cohorts/:id/statistics', { id }) },
      { name: 'teach-study', path: at('/teach/enrolments/:id', { id: report.items[0]?.enrolment_id ?? '' }) },
    ],
    signedInAs('trainer@demo.mostik'),
    speaksAs(api),
  );
});

test('an author', async () => {
  const api = await Api.signIn('author@demo.mostik');
  await lookAt(
    [
      { name: 'author', path: at('/author') },
      { name: 'author-course', path: at('/author/:course', { course }) },
    ],
    signedInAs('author@demo.mostik'),
    speaksAs(api),
  );
});

test('an administrator', async () => {
  const api = await Api.signIn('admin@demo.mostik');
  const person = await newcomer('Лейла', 'Бекова');
  const { items: cohorts } = await api.get<{ items: { id: string }[] }>('/cohorts');
  const looks: Look[] = [
    { name: 'admin', path: at('/admin') },
    { name: 'admin-people', path: at('/admin/people') },
    { name: 'admin-person-new', path: at('/admin/people/new') },
    { name: 'admin-person', path: at('/admin/people/:id', { id: person.id }) },
    { name: 'admin-centres', path: at('/admin/centres') },
    { name: 'admin-cohorts', path: at('/admin/cohorts') },
    { name: 'admin-cohort', path: at('/admin/cohorts/:id', { id: cohorts[0]?.id ?? '' }) },
    { name: 'admin-codes', path: at('/admin/codes') },
    { name: 'admin-audit', path: at('/admin/audit') },
  ];
  await lookAt(looks, signedInAs('admin@demo.mostik'), speaksAs(api));
});

test('no route was forgotten', () => {
  assert.deepEqual(routes.map((each) => each.path).filter((path) => !seen.has(path)), []);
});

test('enlarged to twice the size', async () => {
  const api = await Api.signIn('trainee@demo.mostik');
  await api.patch('/me', { language: 'ru' });
  const { enrolments } = await api.get<{ enrolments: { id: string }[] }>('/dashboard');
  const { context, page, watch } = await open(browser, { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2, locale: 'ru' });
  await enter(context, 'trainee@demo.mostik');
  const id = enrolments[0]?.id ?? '';
  for (const [name, path] of [['learn', '/learn'], ['course', `/learn/${id}`], ['lesson', `/learn/${id}/m1-elements`], ['sign-in', '/sign-in']] as const) {
    await page.goto(path);
    await drawn(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${name} scrolls sideways by ${wide}`);
    if (pictures) await page.screenshot({ path: join(out, `zoom-${name}-ru.png`) });
  }
  watch.clean();
  await context.close();
});
