/** What pages weigh on the wire. Bytes are exact, so they may be held to a figure; times are only printed (npm run slow). */
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { Api, enrolled } from './lib/api.ts';
import { drawn, enter, launch, open, phone } from './lib/browser.ts';
import { startQuiz } from './lib/study.ts';
import { until } from './lib/wait.ts';
import { Wire } from './lib/wire.ts';

const browser = await launch();
after(() => browser.close());
const wire = await Wire.open();
after(() => wire.close());

const kB = 1000;
const rows: [string, number, number][] = [];
after(() => {
  const width = Math.max(...rows.map(([name]) => name.length));
  console.log(`\n${'on the wire'.padEnd(width)}    bytes    limit`);
  for (const [name, bytes, limit] of rows) console.log(`${name.padEnd(width)} ${String(bytes).padStart(8)} ${String(limit).padStart(8)}`);
});
const faults: string[] = [];
const hold = (name: string, bytes: number, limit: number) => {
  rows.push([name, bytes, limit]);
  if (bytes <= 0 || bytes > limit) faults.push(`${name}: ${bytes} bytes, at most ${limit}`);
};
/** All that is too heavy is told at once. */
const held = () => assert.deepEqual(faults.splice(0), []);

/** Waits until nothing more comes: the worker and what it fetches included. */
async function rest(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  if (await page.evaluate(() => 'serviceWorker' in navigator && document.getElementById('app') !== null)) {
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  }
  let last = -1;
  let same = 0;
  await until('the line to be quiet', async () => {
    same = wire.down === last ? same + 1 : 0;
    last = wire.down;
    return same >= 10;
  });
}

test('the way from sign-in to the first question', async () => {
  const person = await enrolled();
  await Api.signIn(person.login, person.password); // any later sign-in, as most are
  const { context, page, watch } = await open(browser, phone, wire.url);
  wire.take();
  await page.goto('/sign-in?lang=ru');
  await rest(page);
  const first = wire.take();
  await page.locator('#login').fill(person.login);
  await page.locator('#password').fill(person.password);
  await page.locator('#password').press('Enter');
  await page.waitForURL('**/learn');
  await drawn(page);
  await rest(page);
  const learn = wire.take();
  await page.locator(`a[href="/learn/${person.enrolment}"]`).first().click();
  await page.waitForURL(new RegExp(`${person.enrolment}$`));
  await rest(page);
  const coursePage = wire.take();
  await page.locator('a[href$="/pre-test"]').last().click();
  await page.waitForURL(/pre-test$/);
  await rest(page);
  const before = wire.take();
  await startQuiz(page);
  await rest(page);
  const question = wire.take();
  rows.push(['  my learning', learn, 0], ['  course page', coursePage, 0], ['  page before the quiz', before, 0], ['  first question', question, 0]);
  hold('first visit to sign-in', first, 60 * kB);
  hold('from sign-in to the first question, all of it', first + learn + coursePage + before + question, 120 * kB);
  watch.clean();
  await context.close();
  held();
});

test('a later navigation', async () => {
  const person = await enrolled();
  const { context, page, watch } = await open(browser, phone, wire.url);
  await enter(context, person.login, person.password);
  await page.goto('/learn');
  await drawn(page);
  await rest(page);
  const go = async (name: string, click: () => Promise<unknown>, url: RegExp) => {
    wire.take();
    await click();
    await page.waitForURL(url);
    await rest(page);
    hold(`later: ${name}`, wire.take(), 10 * kB);
  };
  await go('course page', () => page.locator(`a[href="/learn/${person.enrolment}"]`).first().click(), new RegExp(`${person.enrolment}$`));
  await go('lesson', () => page.locator('a[href$="/m1-welcome"]').last().click(), /m1-welcome$/);
  await go('next lesson, by Next', async () => {
    await page.locator('nav.ways a.button').click();
  }, /pre-test$/);
  await page.goto(`/learn/${person.enrolment}`);
  await rest(page);
  const law = /m5-country$/;
  await go('a lesson of law', () => page.locator('a[href$="/m5-country"]').click(), law);
  // The words of a country that is not the reader's come when it is opened.
  const other = page.locator('.countries details:not([open])').first();
  const opened = async () => {
    await other.locator('summary').evaluate((summary) => (summary as HTMLElement).click());
    await page.locator('.countries details[open] .block').nth(3).waitFor(); // three are the reader's own
  };
  await go('the law of one more country', opened, law);
  watch.clean();
  await context.close();
  held();
});

test('a later navigation of who takes part in a programme', async () => {
  const { context, page, watch } = await open(browser, phone, wire.url);
  await enter(context, 'trainee@demo.mostik');
  await page.goto('/learn');
  await drawn(page);
  await rest(page);
  wire.take();
  await page.locator('a[href="/programmes/librarians"]').click();
  await page.waitForURL(/librarians$/);
  await rest(page);
  hold('later: programme', wire.take(), 10 * kB);
  await page.locator('main a[href="/programmes"]').click();
  await page.waitForURL(/programmes$/);
  await rest(page);
  hold('later: programmes', wire.take(), 10 * kB);
  watch.clean();
  await context.close();
  held();
});

/** JavaScript on a page of study, heads of the answers included. */
const scriptLimit = 45 * kB;

test('scripts of each page of study', async () => {
  const person = await enrolled();
  for (const key of ['m2-indicators', 'm5-referral']) await person.api.post(`/enrolments/${person.enrolment}/activities/${key}/seen`, { id: crypto.randomUUID() });
  const far = await Api.signIn('trainee@demo.mostik');
  const { items: asked } = await far.get<{ items: { id: string }[] }>('/followups');
  const { certificates } = await far.get<{ certificates: { serial: string }[] }>('/dashboard');
  /** Who has come far sees what somebody new cannot. */
  const farPaths = ['/programmes', '/programmes/librarians', `/followups/${asked[0]?.id ?? ''}`, `/certificates/${certificates[0]?.serial ?? ''}`];
  const paths: [string, (context: BrowserContext) => Promise<string>][] = [
    ['my learning', () => Promise.resolve('/learn')],
    ['catalogue', () => Promise.resolve('/catalogue')],
    ['course, before enrolling', () => Promise.resolve('/courses/trafficking')],
    ['course', () => Promise.resolve(`/learn/${person.enrolment}`)],
    ...['m1-welcome', 'pre-test', 'm2-help-desk', 'm4-reflection', 'm5-map', 'm5-exchange', 'm2-desk', 'm5-table', 'm6-case-note', 'm6-practice-day', 'reaction'].map(
      (key): [string, () => Promise<string>] => [key, () => Promise.resolve(`/learn/${person.enrolment}/${key}`)],
    ),
    [
      'quiz attempt',
      async () => {
        const attempt = await person.api.post<{ id: string }>(`/enrolments/${person.enrolment}/activities/pre-test/attempts`, { id: crypto.randomUUID() });
        return `/attempts/${attempt.id}`;
      },
    ],
    [
      'interview attempt',
      async () => {
        for (const key of ['m4-first-talk', 'm4-principles']) await person.api.post(`/enrolments/${person.enrolment}/activities/${key}/seen`, { id: crypto.randomUUID() });
        const attempt = await person.api.post<{ id: string }>(`/enrolments/${person.enrolment}/activities/m4-interview/attempts`, { id: crypto.randomUUID(), role: 'notices' });
        return `/attempts/${attempt.id}`;
      },
    ],
    ['profile', () => Promise.resolve('/profile')],
    ['a quiet moment', () => Promise.resolve('/calm')],
    ['concern', () => Promise.resolve('/concern')],
    ...farPaths.map((path): [string, (context: BrowserContext) => Promise<string>] => [path, () => Promise.resolve(path)]),
  ];
  for (const [name, path] of paths) {
    const { context, page, watch } = await open(browser, phone);
    await (farPaths.includes(name) ? enter(context, 'trainee@demo.mostik') : enter(context, person.login, person.password));
    const cdp = await context.newCDPSession(page);
    await cdp.send('Network.enable');
    const scripts = new Set<string>();
    let bytes = 0;
    let all = 0;
    cdp.on('Network.responseReceived', ({ requestId, type, response }) => {
      if (type === 'Script' || /javascript/.test(response.mimeType)) scripts.add(requestId);
    });
    cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      all += encodedDataLength;
      if (scripts.has(requestId)) bytes += encodedDataLength;
    });
    await page.goto(await path(context));
    await drawn(page);
    await page.waitForLoadState('networkidle');
    rows.push([`  ${name}, page cold in all`, all, 0]);
    hold(`scripts of ${name}`, bytes, scriptLimit);
    watch.clean();
    await context.close();
  }
  held();
});
