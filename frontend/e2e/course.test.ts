/**
 * The story that Mostik is for: somebody with a printed code and a phone finishes the course in Russian and
 * holds a certificate that a stranger can check.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test, { after } from 'node:test';
import type { Page } from 'playwright-core';
import { course, newcomer } from './lib/api.ts';
import { drawn, launch, open, phone } from './lib/browser.ts';
import { bestPath, walk } from './lib/key.ts';
import { choose, finishQuiz, startQuiz } from './lib/study.ts';
import { until } from './lib/wait.ts';

const browser = await launch();
after(() => browser.close());

interface Outline {
  enrolment: { required_total: number; required_done: number; certificate?: { serial: string } };
  next?: { activity_key: string; kind: string };
  modules: { activities: { key: string; kind: string; required: boolean; state: string }[] }[];
}

const outline = async (page: Page, enrolment: string): Promise<Outline> => {
  const response = await page.context().request.get(`/api/v1/enrolments/${enrolment}`);
  assert.ok(response.ok(), `the course page: ${response.status()}`);
  return (await response.json()) as Outline;
};

async function readLesson(page: Page): Promise<void> {
  // Scrolling to the end is what reading to the end looks like; long lessons draw figures on the way.
  await page.locator('nav.ways').scrollIntoViewIfNeeded();
}

async function meet(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Начать$/ }).click();
  // Always the last answer offered: every way through an encounter ends, and none is scored.
  for (let i = 0; i < 20 && (await page.locator('ul.choices button').count()) > 0; i++) {
    const before = await page.locator('.talk').innerText();
    await page.locator('ul.choices button').last().click();
    await until('the next words', async () => (await page.locator('.talk').innerText()) !== before);
  }
  await page.getByText('Это один из исходов').waitFor();
}

async function talk(page: Page): Promise<void> {
  const way = walk('notices', bestPath, 'ru');
  await page.getByRole('button', { name: /^Продолжить$/ }).click(); // the content note
  await page.locator('label', { hasText: way.role }).click();
  await page.getByRole('button', { name: /^Начать беседу$/ }).click();
  await page.waitForURL(/\/attempts\//);
  for (const [i, words] of way.says.entries()) {
    await page.locator('ul.choices button', { hasText: words }).click();
    await until(`step ${i + 1} of the conversation`, async () => (await page.locator('p.said').count()) === i + 1 && (await page.getByText('Ваши слова передаются…').count()) === 0);
  }
  for (const [fact, element] of way.facts) {
    await choose(page.locator('ul.facts > li', { hasText: fact }), `input[value="${element}"]`);
  }
  const book = page.locator('section', { has: page.getByRole('heading', { name: /Ваш блокнот/ }) });
  for (const indicator of way.shows) await book.getByText(indicator, { exact: true }).click();
  await page.getByRole('button', { name: /^Посмотреть, как прошло$/ }).click();
  await page.getByText('Все четыре достигают порога этого курса.').waitFor();
}

async function fillWorksheet(page: Page): Promise<void> {
  const form = page.locator('form');
  await form.locator('textarea').first().waitFor();
  for (const field of await form.locator('textarea').all()) await field.fill('Правовая консультация, вт и чт с 10 до 17; ночью — экстренная служба.');
  for (const group of await form.locator('fieldset').all()) await group.locator('label').first().click();
  await page.getByRole('button', { name: /^Сдать$/ }).click();
  await until('the worksheet to be handed in', async () => {
    const fault = (await page.getByRole('alert').allInnerTexts()).filter((each) => each.trim() !== '');
    if (fault.length > 0) throw new Error(fault.join(' '));
    return page.getByText(/^Сдано /).first().isVisible();
  }, 20_000);
}

test('a fresh trainee finishes the course on a phone and holds a certificate', async (t) => {
  const person = await newcomer('Мадина', 'Рахимжанқызы', { latin_given: 'Madina', latin_family: 'Rakhimzhankyzy' });
  const { page, watch, context } = await open(browser, phone);
  let enrolment = '';
  let serial = '';

  await t.test('the printed code opens the door', async () => {
    await page.goto('/sign-in?lang=ru');
    await page.getByRole('link', { name: /код/i }).click();
    await page.locator('#code').fill(person.code);
    await page.locator('#password').fill(person.password);
    await page.getByRole('button').click();
    await page.waitForURL('**/learn');
    await page.getByRole('heading', { level: 1, name: /Мадина/ }).waitFor();
  });

  await t.test('the catalogue has the course, and one may enrol', async () => {
    await page.getByRole('link', { name: 'Посмотреть курсы' }).click();
    await page.locator(`a[href="/courses/${course}"]`).click();
    await page.getByRole('button', { name: 'Записаться' }).click();
    await page.waitForURL(/\/learn\/[\w-]+$/);
    enrolment = /\/learn\/([\w-]+)/.exec(page.url())?.[1] ?? '';
    assert.match(await page.locator('h1').innerText(), /торговл/i, 'the course speaks Russian');
  });

  await t.test('every required activity, one after another, by what the page offers next', async (t) => {
    const done = new Set<string>();
    for (let round = 0; round < 60; round++) {
      await page.goto(`/learn/${enrolment}`);
      await drawn(page);
      const now = await outline(page, enrolment);
      if (now.enrolment.certificate) break;
      const next = now.next;
      assert.ok(next, 'something is next');
      assert.ok(!done.has(next.activity_key), `${next.activity_key} is offered again: ${JSON.stringify(now.modules.flatMap((m) => m.activities).find((a) => a.key === next.activity_key))}`);
      done.add(next.activity_key);
      // The one primary action of the page.
      await page.locator('main .button.primary').first().click();
      await page.waitForURL(new RegExp(`/${next.activity_key}$`));
      await drawn(page);
      t.diagnostic(`${next.kind} ${next.activity_key}`);
      if (next.kind === 'lesson') await readLesson(page);
      else if (next.kind === 'quiz') {
        await startQuiz(page);
        const result = await finishQuiz(page);
        assert.notEqual(result.result?.passed, false, `${next.activity_key} by its key: ${JSON.stringify(result.result)}`);
      } else if (next.kind === 'encounter') await meet(page);
      else if (next.kind === 'interview') await talk(page);
      else if (next.kind === 'worksheet') await fillWorksheet(page);
      else assert.fail(`${next.kind} is required and nobody here can do it`);
      await until(`${next.activity_key} to count`, async () =>
        (await outline(page, enrolment)).modules.some((module) => module.activities.some((each) => each.key === next.activity_key && ['done', 'submitted', 'to-mark'].includes(each.state))),
      );
      watch.clean();
    }
    serial = (await outline(page, enrolment)).enrolment.certificate?.serial ?? '';
    assert.match(serial, /^[0-9A-Z-]{12,}$/, 'a certificate was issued');
  });

  await t.test('the certificate can be downloaded, and its text holds the name in both scripts', async () => {
    await page.goto(`/learn/${enrolment}`);
    await page.getByRole('link', { name: 'Открыть сертификат' }).click();
    await page.waitForURL(`**/certificates/${serial}`);
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('a[download$=".pdf"]').click()]);
    const text = spawnSync('pdftotext', ['-layout', await download.path(), '-'], { encoding: 'utf8' });
    assert.equal(text.status, 0, text.stderr);
    assert.match(text.stdout, /Мадина\s+Рахимжанқызы/);
    assert.match(text.stdout, /Madina\s+Rakhimzhankyzy/i);
    assert.ok(text.stdout.includes(serial), 'the serial is printed');
    watch.clean();
  });

  await t.test('a stranger without JavaScript checks it in a clean browser', async () => {
    const stranger = await open(browser, { ...phone, javaScriptEnabled: false });
    const cdp = await stranger.context.newCDPSession(stranger.page);
    let bytes = 0;
    await cdp.send('Network.enable');
    cdp.on('Network.loadingFinished', (event) => (bytes += event.encodedDataLength));
    await stranger.page.goto(`/verify/${serial}?lang=ru`, { waitUntil: 'networkidle' });
    assert.equal(await stranger.page.locator('h1').innerText(), 'Действителен');
    assert.match(await stranger.page.locator('dl').innerText(), /Мадина Рахимжанқызы/);
    assert.ok(bytes > 0 && bytes < 20_000, `${bytes} bytes in all`);
    await stranger.page.getByRole('link', { name: 'English' }).click();
    assert.equal(await stranger.page.locator('h1').innerText(), 'Valid');
    assert.match(await stranger.page.locator('dl').innerText(), /Мадина Рахимжанқызы/, 'the name stays as printed');
    stranger.watch.clean();

    stranger.watch.expect(/404/);
    const wrong = serial.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    const answer = await stranger.page.goto(`/verify/${wrong}?lang=ru`);
    assert.notEqual(answer?.status(), 200, 'a serial that is none');
    assert.doesNotMatch(await stranger.page.locator('main').innerText(), /Рахимжанқызы|Действителен/);
    await stranger.context.close();
  });
  await context.close();
});
