/**
 * A webinar outlives its server: killed without a warning in the middle, and then stopped in order for a new one. Three
 * browsers come back by themselves; what was said, shown and raised is there, and so is who was counted.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import type { Page } from 'playwright-core';
import { Api } from './lib/api.ts';
import { desktop, launch, phone } from './lib/browser.ts';
import { moving, panel, visit } from './lib/room.ts';
import { Server } from './lib/server.ts';
import { slides } from './lib/slides.ts';
import { until } from './lib/wait.ts';

const server = await Server.start();
after(() => server.stop());
const browser = await launch();
after(() => browser.close());

interface Book {
  people: { name: string; minutes: number; first: string; spans: { from: string; to: string }[] }[];
}

test('a webinar outlives its server', async (t) => {
  const trainer = await visit(browser, desktop, 'trainer', 'en', server.address);
  const site = await visit(browser, desktop, 'facilitator', 'ru', server.address);
  const trainee = await visit(browser, phone, 'trainee', 'ru', server.address);
  const everybody = [trainer, site, trainee];
  const admin = await Api.signIn('admin@demo.mostik', undefined, server.address);
  const people = ['Айгүл', 'Нұрлан'];

  await trainer.page.goto('/webinars/demo');
  await trainer.page.getByRole('button', { name: 'Enter with camera' }).click();
  await trainer.page.locator('.bar').waitFor();
  await site.page.goto('/webinars');
  await site.page.locator('a[href*="?site="]').first().click();
  await site.page.getByRole('button', { name: 'Войти с камерой' }).click();
  await trainee.page.goto('/webinars/demo');
  await trainee.page.getByRole('button', { name: 'Войти и слушать' }).click();
  await trainee.page.locator('.bar').getByRole('button', { name: 'Рука' }).click();
  for (const name of people) {
    await site.page.getByLabel('Найти имя').fill(name);
    await site.page.getByRole('button', { name: `Добавить: ${name}` }).click();
  }
  await panel(trainer.page, 'Chat');
  await trainer.page.getByLabel('Message').fill('Материалы в файлах');
  await trainer.page.keyboard.press('Enter');
  await panel(trainer.page, 'Slides');
  await trainer.page.locator('input[type=file]').setInputFiles({ name: 'Prevention.pdf', mimeType: 'application/pdf', buffer: slides() });
  await trainer.page.getByRole('button', { name: 'Next page' }).click();
  await moving(trainer.page, 1, 'the trainer');
  await moving(trainee.page, 2, 'the trainee');
  const seats = await seatsAt(trainer.page);

  /** All is as it was: pictures move, the slide stands at its page, the hand is up, the roster and the chat are there. */
  const asBefore = async () => {
    await Promise.all([moving(trainer.page, 1, 'the trainer'), moving(site.page, 1, 'the site'), moving(trainee.page, 2, 'the trainee')]);
    for (const { page } of everybody) await page.locator('.sheet img[alt*="2 "], .sheet img[alt*="Page 2"]').first().waitFor();
    for (const name of people) await site.page.locator(`li[data-entry="${name}"][data-state="here"]`).waitFor();
    await panel(trainer.page, 'Chat');
    await trainer.page.getByText('Материалы в файлах').waitFor();
    await panel(trainer.page, 'People');
    await trainer.page.locator('section.panel li[data-person]').first().locator('.name', { hasText: 'Алия Сатпаева' }).waitFor();
    assert.equal(await seatsAt(trainer.page), seats, 'nobody is there twice');
  };
  /** Waits until the room has written down what is asked for: each second it does. */
  const written = (...words: string[]) =>
    until('the room to be written down', () => {
      const state = readFileSync(join(server.address.folder, 'data', 'live', 'rooms', 'demo.json'), 'utf8');
      return words.every((word) => state.includes(word));
    });
  await written('Материалы в файлах', '"page":2', '"hand":', ...people);

  await t.test('killed', async (t) => {
    for (const { watch } of everybody) watch.expect(/./);
    await server.kill();
    for (const { page } of everybody) await page.getByText(/The line is gone|Связь пропала/).first().waitFor({ timeout: 60_000 });
    await server.run();
    const ready = Date.now();
    await Promise.all([moving(trainer.page, 1, 'the trainer'), moving(site.page, 1, 'the site'), moving(trainee.page, 2, 'the trainee')]);
    t.diagnostic(`all three see each other move again ${((Date.now() - ready) / 1000).toFixed(1)} s after the server is ready`);
    await asBefore();
  });

  await t.test('stopped in order', async (t) => {
    const before = await Promise.all(everybody.map(({ page }) => codesAt(page)));
    await server.end();
    for (const [i, { page }] of everybody.entries()) await until('the line to be closed', async () => (await codesAt(page)).length > (before[i] ?? []).length);
    for (const [i, { page }] of everybody.entries()) assert.equal((await codesAt(page))[(before[i] ?? []).length], 4012, 'the server says that it will be back');
    await server.run();
    const ready = Date.now();
    await Promise.all([moving(trainer.page, 1, 'the trainer'), moving(site.page, 1, 'the site'), moving(trainee.page, 2, 'the trainee')]);
    t.diagnostic(`all three see each other move again ${((Date.now() - ready) / 1000).toFixed(1)} s after the server is ready`);
    await asBefore();
  });

  await t.test('and the book has one span for each who sat there', async () => {
    const book = await until('everybody in the book', async () => {
      const { people: list } = await admin.get<Book>('/webinars/demo/attendance');
      return people.every((name) => list.some((each) => each.name === name)) && list;
    });
    for (const name of [...people, 'Алия Сатпаева', 'Ирина Белова']) {
      const row = book.find((each) => each.name === name);
      assert.ok(row && row.spans.length > 0, `${name} is in the book`);
      if (people.includes(name)) assert.equal(row.spans.length, 1, `${name} sat there all the time`);
    }
    for (const { watch, page } of everybody) {
      watch.take();
      await page.context().close();
    }
  });
});

const seatsAt = (page: Page) => page.evaluate(() => document.querySelectorAll('figure[data-person]').length);
const codesAt = (page: Page) => page.evaluate(() => [...(window as unknown as { codes: number[] }).codes]);
