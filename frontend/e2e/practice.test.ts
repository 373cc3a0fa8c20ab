/** Practice: a case file worked through by keyboard alone, a table of three who agree, a case-load planner that only its writer can read. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { parse } from 'yaml';
import { Api, course, trainee, type Fresh } from './lib/api.ts';
import { desktop, drawn, enter, launch, open, phone } from './lib/browser.ts';
import { colours, out, pictures, tags } from './lib/look.ts';
import { dumpDatabase, root, shared } from './lib/server.ts';
import { until } from './lib/wait.ts';

const browser = await launch();
after(() => browser.close());

const read = <T>(path: string): T => parse(readFileSync(join(root, 'courses', 'content', course, path), 'utf8')) as T;
const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } };

/** Nothing for axe to find in either theme, nothing to scroll sideways; and a picture of each where pictures are wanted. */
async function inspect(page: Page, name: string): Promise<void> {
  const faults: string[] = [];
  const before = page.viewportSize() ?? sizes.phone;
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] });
      const { violations } = await (colorScheme === 'light' ? axe.withTags(tags) : axe.withRules(colours)).analyze();
      for (const each of violations) faults.push(`${name} ${size} ${colorScheme}: ${each.id} (${each.help}) ${each.nodes.slice(0, 2).map((node) => node.html.slice(0, 160)).join(' | ')}`);
      if (pictures) await page.screenshot({ path: join(out, `practice-${name}-${size}${colorScheme === 'dark' ? '-dark' : ''}.png`), fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) faults.push(`${name} at ${width}: ${wide} pixels to scroll sideways`);
  }
  await page.setViewportSize(before);
  assert.deepEqual(faults, []);
}

/** Presses Tab until what has the focus is meant. */
async function tabTo(page: Page, what: string, meant: (focused: { text: string; name: string }) => boolean): Promise<void> {
  for (let i = 0; i < 120; i++) {
    const focused = await page.evaluate(() => ({ text: (document.activeElement?.textContent ?? '').trim(), name: document.activeElement?.getAttribute('name') ?? '' }));
    if (meant(focused)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not come to ${what}`);
}

/** Chooses among radio buttons: Space takes the first, arrows go on. */
async function pick(page: Page, name: string, index: number): Promise<void> {
  await tabTo(page, name, (focused) => focused.name.endsWith(name));
  await page.keyboard.press('Space');
  for (let i = 0; i < index; i++) await page.keyboard.press('ArrowRight');
}

interface Desk {
  documents: { key: string; facts: string[] }[];
  facts: { key: string; element: string }[];
  indicators: { key: string; weight: string }[];
  conclusions: { key: string; right?: boolean; source?: string }[];
}

test('a case file, by keyboard alone', async () => {
  const desk = read<Desk>('desks/agency-contract.yaml');
  const person = await trainee('Мадина', 'Каримова', { language: 'en' });
  const { enrolment_id: enrolment } = await person.api.post<{ enrolment_id: string }>(`/courses/${course}/enrol`);
  await person.api.post(`/enrolments/${enrolment}/activities/m2-indicators/seen`, { id: crypto.randomUUID() });
  const { context, page, watch } = await open(browser, { ...desktop, locale: 'en-GB' });
  await enter(context, person.login, person.password);
  await page.goto(`/learn/${enrolment}/m2-desk`);
  await drawn(page);
  await inspect(page, 'desk-cover');

  await tabTo(page, 'the file', (focused) => focused.text === 'Open the file');
  await page.keyboard.press('Enter');
  for (const [i, document] of desk.documents.entries()) {
    await page.locator('article.paper').waitFor();
    for (const key of document.facts) {
      const element = desk.facts.find((each) => each.key === key)?.element ?? '';
      await pick(page, `fact-${key}`, ['act', 'means', 'purpose', 'none'].indexOf(element));
    }
    if (i === 1) await inspect(page, 'desk-document');
    await tabTo(page, 'the next screen', (focused) => focused.text.startsWith('Next: '));
    await page.keyboard.press('Enter');
  }
  // Half the way, the page is left: what was done is kept on the device.
  await page.reload();
  await drawn(page);
  await tabTo(page, 'the file again', (focused) => focused.text === 'Go on with the file');
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('article.paper a.fact[data-word]').count(), desk.documents[0]?.facts.length);
  await tabTo(page, 'the indicators', (focused) => focused.text.endsWith('. Indicators'));
  await page.keyboard.press('Enter');
  for (const each of desk.indicators) await pick(page, `weight-${each.key}`, ['none', 'weak', 'strong'].indexOf(each.weight));
  await inspect(page, 'desk-indicators');
  await tabTo(page, 'the conclusion', (focused) => focused.text.startsWith('Next: '));
  await page.keyboard.press('Enter');
  await page.getByText('no conclusion is chosen').waitFor();
  await pick(page, '-conclusion', desk.conclusions.findIndex((each) => each.key === 'confirm'));
  await inspect(page, 'desk-conclusion');
  await tabTo(page, 'the hand-in', (focused) => focused.text === 'Hand in the file');
  await page.keyboard.press('Enter');
  await page.getByText('Your conclusion breaks a rule').waitFor();
  await page.getByText('Handed in: 80%').waitFor();
  await inspect(page, 'desk-broken');

  // Again, and as it ought to be.
  await tabTo(page, 'another try', (focused) => focused.text === 'Work through the file again');
  await page.keyboard.press('Enter');
  await tabTo(page, 'the conclusion', (focused) => focused.text.endsWith('. Conclusion'));
  await page.keyboard.press('Enter');
  await pick(page, '-conclusion', desk.conclusions.findIndex((each) => each.right));
  await tabTo(page, 'the hand-in', (focused) => focused.text === 'Hand in the file');
  await page.keyboard.press('Enter');
  await page.getByText('Not yet: 20% of 60% needed').waitFor();
  await page.reload();
  await drawn(page);
  await page.locator('a[href^="/attempts/"]').first().click();
  await page.getByRole('heading', { name: 'The facts' }).waitFor();
  await inspect(page, 'desk-review');
  watch.clean();
  await context.close();
});

test('a case file on a phone, by pressing what is marked', async () => {
  const person = await trainee('Елена', 'Котова');
  const { enrolment_id: enrolment } = await person.api.post<{ enrolment_id: string }>(`/courses/${course}/enrol`);
  await person.api.post(`/enrolments/${enrolment}/activities/m2-indicators/seen`, { id: crypto.randomUUID() });
  const { context, page, watch } = await open(browser, phone);
  await enter(context, person.login, person.password);
  await page.goto(`/learn/${enrolment}/m2-desk`);
  await page.getByRole('button', { name: 'Открыть дело' }).click();
  const mark = page.locator('article.paper a.fact').first();
  await mark.click();
  await until('the focus to be at the fact', () => page.evaluate(() => document.activeElement?.matches('input[name*="fact-"]')));
  await page.locator('[data-row]').first().getByText('Цель').click();
  assert.equal(await mark.getAttribute('data-word'), 'Цель');
  await inspect(page, 'desk-phone-ru');
  // The line breaks in the middle of the hand-in: pressing again hands in once.
  await page.locator('nav.steps').getByRole('button', { name: 'Вывод' }).click();
  watch.expect(/desk/, /ERR_INTERNET_DISCONNECTED/, /console/);
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Сдать дело' }).click();
  await page.locator('[role=alert]').waitFor();
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Сдать дело' }).click();
  await page.getByRole('heading', { name: 'Факты', exact: true }).waitFor();
  const { desk } = await person.api.get<{ desk: { attempts: unknown[] } }>(`/enrolments/${enrolment}/activities/m2-desk`);
  assert.equal(desk.attempts.length, 1);
  await context.close();
});

interface Exercise {
  parts: { key: string }[];
  proposal: { key: string; kind: string; options?: { key: string; right?: boolean }[] }[];
}

/** A cohort of the course with people in it, for whom the exercise is open. */
async function cohort(names: [string, string][]): Promise<{ id: string; people: (Fresh & { enrolment: string })[] }> {
  const admin = await Api.signIn('admin@demo.mostik');
  const { id } = await admin.post<{ id: string }>('/admin/cohorts', { name: `Стол ${process.pid}`, course_key: course, country: 'KZ', starts_on: '2026-01-01', ends_on: '2027-12-31' });
  const people = [];
  for (const [given, family] of names) people.push(await trainee(given, family));
  await admin.post(`/cohorts/${id}/enrolments`, { person_ids: people.map((each) => each.id) });
  return {
    id,
    people: await Promise.all(
      people.map(async (each) => {
        const { enrolments } = await each.api.get<{ enrolments: { id: string }[] }>('/dashboard');
        const enrolment = enrolments[0]?.id ?? '';
        await each.api.post(`/enrolments/${enrolment}/activities/m5-referral/seen`, { id: crypto.randomUUID() });
        return { ...each, enrolment };
      }),
    ),
  };
}

test('three at a table agree on one referral', async () => {
  const exercise = read<Exercise>('exercises/night-market.yaml');
  const text = read<{ parts: Record<string, { title: string; card: string }>; proposal: Record<string, { options?: Record<string, string> }> }>('text/ru/exercises/night-market.yaml');
  const { id, people } = await cohort([['Айгуль', 'Сапарова'], ['Бахром', 'Назаров'], ['Вера', 'Орлова']]);
  const tables = await Promise.all(
    people.map(async (person) => {
      const it = await open(browser, phone);
      await enter(it.context, person.login, person.password);
      await it.page.goto(`/learn/${person.enrolment}/m5-table`);
      await drawn(it.page);
      return it;
    }),
  );
  const [first, second, third] = tables.map((each) => each.page) as [Page, Page, Page];
  const goOn = first.getByRole('button', { name: 'Продолжить' });
  if ((await goOn.count()) > 0) for (const page of [first, second, third]) await page.getByRole('button', { name: 'Продолжить' }).click();
  await inspect(first, 'table-cover');
  for (const [i, page] of [first, second, third].entries()) {
    await page.getByRole('button', { name: 'Сесть за стол' }).click();
    await page.getByText(`Вы: ${text.parts[exercise.parts[i]?.key ?? '']?.title}`).first().waitFor();
  }
  // Each has a card of their own and sees nobody else's.
  assert.equal(await first.locator('details.card').count(), 1);
  await first.getByRole('button', { name: 'Начать: 3 человека' }).click();
  await until('the empty part’s card', async () => (await third.locator('details.card').count()) === 2);

  await first.getByRole('textbox', { name: 'Ваше сообщение' }).fill('Добрый вечер. Что мы можем сделать сегодня?');
  await first.getByRole('button', { name: 'Отправить' }).click();
  await second.getByText('Что мы можем сделать сегодня?').waitFor();
  await inspect(second, 'table-talk');

  // One fills the proposal in; another has typed meanwhile, and nothing of that is lost.
  await second.getByRole('textbox', { name: /почему|потому|обосн|Why/i }).last().fill('Я предлагаю сначала безопасность.');
  for (const item of exercise.proposal) {
    for (const option of item.options?.filter((each) => each.right) ?? []) await first.locator('label.choice', { hasText: text.proposal[item.key]?.options?.[option.key] ?? '' }).first().click();
    if (item.kind === 'text') await first.locator('section form textarea').last().fill('Сначала безопасность и согласие.');
  }
  await first.getByRole('button', { name: 'Предложить столу' }).click();
  await first.getByText('Предложение за столом такое, как вы видите.').waitFor();
  for (const each of tables) each.watch.expect(/proposal.*: 409/, /console:.*409/);
  await second.getByRole('button', { name: 'Предложить столу' }).click();
  await second.getByText('Предложение изменил кто-то другой').first().waitFor();
  assert.equal(await second.locator('section form textarea').last().inputValue(), 'Я предлагаю сначала безопасность.');
  await inspect(second, 'table-clash');
  await second.getByRole('button', { name: 'Взять то, что за столом' }).click();
  assert.equal(await second.locator('section form textarea').last().inputValue(), 'Сначала безопасность и согласие.');

  for (const page of [first, second, third]) {
    const agree = page.getByRole('button', { name: 'Согласие с этим предложением' });
    await until('the button to agree', async () => (await agree.isEnabled()) || undefined);
    await agree.click();
  }
  for (const page of [first, second, third]) await page.getByText('Все согласились').first().waitFor();
  assert.equal(await first.locator('details.card').count(), exercise.parts.length);
  await inspect(first, 'table-done');
  for (const person of people) {
    const page = await person.api.get<{ state: string }>(`/enrolments/${person.enrolment}/activities/m5-table`);
    assert.equal(page.state, 'done');
  }

  const trainer = await Api.signIn('admin@demo.mostik');
  const staff = await trainee('Раушан', 'Ильясова');
  await trainer.post(`/people/${staff.id}/roles`, { role: 'trainer', scope: { kind: 'cohort', id } });
  const desk = await open(browser, desktop);
  await enter(desk.context, staff.login, staff.password);
  await desk.page.goto(`/teach/cohorts/${id}/tables`);
  await desk.page.getByText('Сначала безопасность и согласие.').waitFor({ state: 'attached' });
  for (const details of await desk.page.locator('details').all()) await details.evaluate((each: HTMLDetailsElement) => void (each.open = true));
  await inspect(desk.page, 'table-trainer');
  desk.watch.clean();
  await desk.context.close();
  for (const { context, watch } of tables) {
    watch.clean();
    await context.close();
  }
});

test('a case-load planner adds up, prints, and is sealed', async () => {
  const person = await trainee('Жанна', 'Ли');
  const { enrolment_id: enrolment } = await person.api.post<{ enrolment_id: string }>('/courses/burnout/enrol');
  const { context, page, watch } = await open(browser, phone);
  await enter(context, person.login, person.password);
  await page.goto(`/learn/${enrolment}/m2-caseload`);
  await drawn(page);
  const sheet = page.locator('.table');
  await page.locator('.field input').first().fill('30,5');
  await page.locator('.field input').first().press('Tab');
  const secret = `Тайная-${process.pid}`;
  for (let i = 0; i < 4; i++) {
    if ((await sheet.locator('.line').count()) <= i) await page.getByRole('button', { name: 'Добавить строку' }).click();
    const line = sheet.locator('.line').nth(i);
    await line.locator('input').nth(0).fill(i === 0 ? secret : `Дело ${i}`);
    await line.locator('input').nth(1).fill('8,5');
    await line.locator('select').selectOption({ index: 1 + (i % 3) });
  }
  await sheet.locator('dd').getByText('34 из 30,5').waitFor();
  await sheet.locator('.line').nth(1).locator('input').nth(1).fill('восемь');
  await sheet.locator('.line').nth(1).locator('input').nth(1).press('Tab');
  await page.getByText('Напишите число, например 7 или 7,5.').waitFor();
  await inspect(page, 'planner-fault');
  await sheet.locator('.line').nth(1).locator('input').nth(1).fill('1');
  await sheet.locator('.line').nth(1).locator('input').nth(1).press('Tab');
  await sheet.locator('dd').getByText('26,5 из 30,5').waitFor();
  await page.getByRole('button', { name: 'Удалить строку 4' }).click();
  await sheet.locator('dd').getByText('18 из 30,5').waitFor();
  await inspect(page, 'planner');
  await page.getByText('Сохранено').first().waitFor();
  await page.reload();
  await drawn(page);
  await sheet.locator('dd').getByText('18 из 30,5').waitFor();
  assert.equal(await sheet.locator('.line').first().locator('input').first().inputValue(), secret);
  assert.ok(!dumpDatabase(shared()).includes(secret), 'the server does not know what is written');
  await page.emulateMedia({ media: 'print' });
  if (pictures) await page.pdf({ path: join(out, 'practice-planner.pdf'), format: 'A4' });
  assert.equal(await page.getByRole('button', { name: 'Добавить строку' }).isVisible(), false);
  watch.clean();
  await context.close();
});
