/** Languages that have a part of a course, and what is printed: on how many pages of which size. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { after } from 'node:test';
import type { Page } from 'playwright-core';
import { administrator, Api, trainee } from './lib/api.ts';
import { desktop, drawn, enter, launch, open, phone } from './lib/browser.ts';
import { binary, root, shared } from './lib/server.ts';

const browser = await launch();
after(() => browser.close());
const folder = mkdtempSync(join(tmpdir(), 'mostik-papers-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A page of paper in millimetres, upright or lying. */
interface Sheet {
  wide: number;
  high: number;
}

/** Prints what is on the page as the browser's own dialog would, and gives its sheets. */
async function print(page: Page, name: string): Promise<Sheet[]> {
  const file = join(folder, `${name}.pdf`);
  await page.pdf({ path: file, preferCSSPageSize: true, printBackground: false });
  const told = spawnSync('pdfinfo', ['-l', '999', file], { encoding: 'utf8' });
  assert.equal(told.status, 0, told.stderr);
  const mm = (points: string | undefined) => Math.round((Number(points) / 72) * 25.4);
  return [...told.stdout.matchAll(/^Page +\d+ size: +([\d.]+) x ([\d.]+) pts/gm)].map(([, wide, high]) => ({ wide: mm(wide), high: mm(high) }));
}

const words = (name: string) => spawnSync('pdftotext', ['-layout', join(folder, `${name}.pdf`), '-'], { encoding: 'utf8' }).stdout;

/** Publishes the small course that the check's tests use; its first module is whole in Kazakh too. */
function publishSample(): void {
  const text = readFileSync(join(root, 'courses/check/testdata/sample.txtar'), 'utf8');
  const [, ...parts] = text.split(/^-- (.+) --\n/m);
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const file = join(folder, 'sample', parts[i] ?? '');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, (parts[i + 1] ?? '').replace('WORDS', 'So many words fill a page well. '.repeat(file.includes('/papers/') ? 28 : 75)));
  }
  const done = spawnSync(binary, ['course', 'import', join(folder, 'sample'), '--open'], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], MOSTIK_DATA: join(shared().folder, 'data') },
    encoding: 'utf8',
  });
  assert.equal(done.status, 0, done.stdout + done.stderr);
}

test('a course whose first module is whole in Kazakh', async () => {
  publishSample();
  const person = await trainee('Асель', 'Қайратқызы', { language: 'kk' });
  const { enrolment_id: enrolment } = await person.api.post<{ enrolment_id: string }>('/courses/sample/enrol');
  const { context, page, watch } = await open(browser, phone);
  await enter(context, person.login, person.password);
  const mark = page.getByText('Қазақша: аударманы ана тілінде сөйлейтін адам әлі тексерген жоқ');

  await page.goto(`/learn/${enrolment}`);
  await page.getByRole('heading', { level: 1, name: 'Үлгі' }).waitFor();
  await mark.waitFor();
  await page.getByRole('link', { name: 'Оқу', exact: true }).waitFor();
  assert.match((await page.locator('section', { has: page.locator('#module-m2') }).innerText()).split('\n')[0] ?? '', /Тілі: Русский/, 'the second module stands in Russian, and says so');
  assert.equal(await page.locator('#module-m2').getAttribute('lang'), 'ru');

  await page.getByRole('link', { name: 'Оқу', exact: true }).click();
  await page.getByRole('heading', { level: 2, name: 'Үш элемент' }).waitFor();
  await mark.waitFor();
  assert.equal(await page.locator('.lesson').getAttribute('lang'), 'kk');
  await page.locator('.countries summary', { hasText: 'Қазақстан' }).first().waitFor();
  assert.equal(await page.locator('.countries .block').first().getAttribute('lang'), 'ru', 'the law, which Kazakh lacks, stands in Russian');

  await page.goto(`/learn/${enrolment}`);
  await page.getByRole('link', { name: 'Жадынама' }).click();
  await page.getByRole('heading', { level: 2, name: 'Есте сақтаңыз' }).waitFor();
  await mark.waitFor();
  assert.deepEqual(await print(page, 'sample-kk'), [{ wide: 210, high: 297 }]);
  assert.match(words('sample-kk'), /Келісім ештеңені шешпейді/);
  assert.match(words('sample-kk'), /әлі тексерген жоқ/, 'the mark is on the paper too');
  assert.doesNotMatch(words('sample-kk'), /Басып шығару/, 'buttons are not');
  await page.getByLabel('Тіл').selectOption('ru');
  await page.getByRole('heading', { level: 2, name: 'Запомните' }).waitFor();

  // An operator lifts the mark.
  const admin = await Api.signIn('admin@demo.mostik');
  await admin.put('/author/courses/sample/reviews/kk', undefined);
  await page.goto(`/learn/${enrolment}/m1-read`);
  await page.getByRole('heading', { level: 2, name: 'Үш элемент' }).waitFor();
  await drawn(page);
  assert.equal(await mark.count(), 0, 'the mark is gone');

  await page.goto('/glossary?course=sample');
  await page.getByText('борыштық кіріптарлық').waitFor();
  await page.getByText('долговая кабала').waitFor();
  await page.getByRole('searchbox').fill('bondage');
  assert.equal(await page.locator('dl > div').count(), 1, 'found by its English name');
  watch.clean();
  await context.close();
});

test('the mark is lifted on the author’s page, and the final test is then offered', async () => {
  publishSample();
  const { api: admin, login, password } = await administrator();
  const { context, page, watch } = await open(browser, desktop);
  await enter(context, login, password);
  await page.goto('/author/sample');
  const row = page.locator('li', { has: page.locator('strong[lang=ru]') }).filter({ has: page.getByRole('button') });
  await row.getByText('not yet reviewed').waitFor();
  await row.getByRole('button', { name: 'Lift the mark' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Lift the mark' }).click();
  await row.getByText(/reviewed, noted on/).waitFor();
  const { items } = await admin.get<{ items: { action: string; detail: { language?: string } }[] }>('/admin/audit?action=course.review-language');
  assert.ok(items.some((each) => each.detail.language === 'ru'), 'the act is on record');
  await row.getByRole('button', { name: 'Put the mark back' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Put the mark back' }).click();
  await row.getByText('not yet reviewed').waitFor();
  watch.clean();
  await context.close();
});

interface PaperRow {
  key: string;
  kind: string;
}

test('each handout fits one sheet in each language, and a game can be cut', async () => {
  const api = await Api.signIn('facilitator@demo.mostik');
  const { context, page, watch } = await open(browser, desktop);
  await enter(context, 'facilitator@demo.mostik');
  const { items: courses } = await api.get<{ items: { course_key: string }[] }>('/catalogue');
  const faults: string[] = [];
  let handouts = 0;
  for (const { course_key: course } of courses) {
    const { papers } = await api.get<{ papers: PaperRow[] }>(`/courses/${course}`);
    for (const { key, kind } of papers) {
      const { languages } = await api.get<{ languages: string[] }>(`/courses/${course}/papers/${key}`);
      for (const lang of languages) {
        const name = `${course}-${key}-${lang}`;
        await page.goto(`/courses/${course}/papers/${key}?lang=${lang}`);
        await page.locator(`.lesson[lang=${lang}]`).waitFor();
        if (kind === 'game') await page.getByRole('checkbox').check();
        const sheets = await print(page, name);
        if (kind === 'handout') handouts++;
        if (kind === 'handout' && sheets.length !== 1) faults.push(`${name} takes ${sheets.length} sheets`);
        if (kind === 'game' && course !== 'sample') faults.push(...(await game(page, name, sheets)));
      }
    }
  }
  assert.ok(handouts >= 18, `${handouts} handouts were printed`);
  assert.deepEqual(faults, []);
  watch.clean();
  await context.close();
});

/** The board lies on a sheet of its own, and no card's words run over its edge. */
async function game(page: Page, name: string, sheets: Sheet[]): Promise<string[]> {
  const faults: string[] = [];
  const lying = sheets.filter(({ wide, high }) => wide > high).length;
  if (lying !== 1) faults.push(`${name}: ${lying} sheets lie, the board is one`);
  await page.emulateMedia({ media: 'print' });
  const over = await page.locator('.card').evaluateAll((cards) => cards.filter((card) => card.scrollHeight > card.clientHeight + 1).map((card) => card.textContent.slice(0, 60)));
  await page.emulateMedia({ media: null });
  for (const each of over) faults.push(`${name}: the card "${each}" has too many words`);
  return faults;
}
