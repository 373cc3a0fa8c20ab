/**
 * A webinar in three browsers: a trainer, a site with a roster, a trainee on a phone. They see each other (frames
 * are counted), a slide turns, a question is asked and answered, a poll closes, a file goes both ways, the trainee
 * is cut off and comes back to the same seat, a guest waits and is let in.
 */
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { Api } from './lib/api.ts';
import { desktop, launch, phone } from './lib/browser.ts';
import { heard, moving, panel, visit } from './lib/room.ts';
import { slides } from './lib/slides.ts';
import { until } from './lib/wait.ts';

const browser = await launch();
after(() => browser.close());
const room = '/webinars/demo';
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const pictures = process.env['MOSTIK_PICTURES'] === '1';

async function look(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).withTags(tags).options({ resultTypes: ['violations'] }).analyze();
    const found = violations.map((each) => `${name} ${colorScheme}: ${each.id} (${each.help}) ${each.nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    assert.deepEqual(found, []);
    if (pictures) await page.screenshot({ path: new URL(`out/live-${name}${colorScheme === 'dark' ? '-dark' : ''}.png`, import.meta.url).pathname });
  }
  await page.emulateMedia({ colorScheme: 'light' });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${name} scrolls sideways by ${wide}`);
}

test('a webinar in three browsers', async (t) => {
  const trainer = await visit(browser, desktop, 'trainer', 'en');
  const site = await visit(browser, desktop, 'facilitator', 'ru');
  const trainee = await visit(browser, phone, 'trainee', 'ru');
  const everybody = [trainer, site, trainee];

  await t.test('the list says when and as what one may enter; the lobby shows oneself', async () => {
    await trainer.page.goto('/webinars');
    await trainer.page.getByRole('link', { name: 'Enter' }).first().waitFor();
    await look(trainer.page, 'list');
    await trainer.page.goto(room);
    await until('the camera', () => trainer.page.locator('video').evaluate((video: HTMLVideoElement) => video.videoWidth > 0));
    await look(trainer.page, 'lobby');
  });

  await t.test('all three enter, and everybody’s picture moves at the others', async () => {
    await trainer.page.getByRole('button', { name: 'Enter with camera' }).click();
    await trainer.page.locator('.bar').waitFor();
    await site.page.goto('/webinars');
    await site.page.locator('a[href*="?site="]').first().click();
    await site.page.getByRole('button', { name: 'Войти с камерой' }).click();
    await site.page.locator('.bar').waitFor();
    await trainee.page.goto(room);
    await look(trainee.page, 'lobby-phone');
    await trainee.page.getByRole('button', { name: 'Войти и слушать' }).click();
    await trainee.page.locator('.bar').waitFor();
    await moving(trainer.page, 1, 'the trainer');
    await moving(site.page, 1, 'the site');
    await moving(trainee.page, 2, 'the trainee');
    await until('the trainee to hear', async () => (await heard(trainee.page)) > 0.001, 20_000);
  });

  await t.test('a raised hand stands on top, the stage is given, and the trainee is seen', async () => {
    await trainee.page.getByRole('button', { name: 'Рука' }).click();
    const row = trainer.page.locator('section.panel li[data-person]').first();
    await row.locator('.name', { hasText: 'Алия Сатпаева' }).waitFor();
    await row.getByRole('button', { name: /^Actions for/ }).click();
    await row.getByRole('button', { name: 'Bring on stage' }).click();
    await trainee.page.getByText('Вы на сцене.').waitFor();
    await trainee.page.locator('.bar').getByRole('button', { name: 'Камера' }).click();
    await moving(trainer.page, 2, 'the trainer');
    await moving(site.page, 2, 'the site');
    await look(trainer.page, 'room-trainer');
    await look(site.page, 'room-site');
    await look(trainee.page, 'room-phone');
  });

  await t.test('the site keeps its roster and its head-count', async () => {
    const console = site.page.locator('section.panel');
    await until('the six digits', async () => /^\d{3} \d{3}/.test(await console.locator('.code').innerText()));
    for (const name of ['Айгүл', 'Нұрлан', 'Сәуле', 'Ерлан', 'Дина']) {
      await console.getByLabel('Найти имя').fill(name);
      await console.getByRole('button', { name: `Добавить: ${name}` }).click();
      await console.locator(`li[data-entry="${name}"][data-state="here"]`).waitFor();
    }
    await trainer.page.locator('section.panel').getByText('5 people').first().waitFor();
  });

  await t.test('slides turn at all', async () => {
    await panel(trainer.page, 'Slides');
    await trainer.page.locator('input[type=file]').setInputFiles({ name: 'Prevention.pdf', mimeType: 'application/pdf', buffer: slides() });
    const seen = (page: Page, n: number) =>
      until(`page ${n}`, () => page.locator(`.sheet img[alt*="${n}"]`).evaluateAll((images) => images.some((image) => (image as HTMLImageElement).naturalWidth > 0)), 20_000);
    for (const { page } of everybody) await seen(page, 1);
    await trainer.page.getByRole('button', { name: 'Next page' }).click();
    for (const { page } of everybody) await page.locator('.sheet img[alt*="2 "], .sheet img[alt*="Page 2"]').first().waitFor();
    const sheet = await trainer.page.locator('.sheet').boundingBox();
    assert.ok(sheet);
    await trainer.page.getByRole('button', { name: 'Draw', exact: true }).click();
    await trainer.page.mouse.move(sheet.x + 40, sheet.y + 40);
    await trainer.page.mouse.down();
    await trainer.page.mouse.move(sheet.x + 160, sheet.y + 90, { steps: 5 });
    await trainer.page.mouse.up();
    for (const { page } of everybody) await page.locator('.sheet svg path').first().waitFor({ state: 'attached' });
    await look(trainee.page, 'slide-phone');
    await look(trainer.page, 'slide-trainer');
  });

  await t.test('a question is asked, voted for and answered', async () => {
    await trainee.page.getByRole('button', { name: 'Ещё' }).click();
    await panel(trainee.page, 'Вопросы');
    await trainee.page.getByLabel('Ваш вопрос').fill('Как отказать, не обидев?');
    await trainee.page.getByRole('button', { name: 'Спросить' }).click();
    await panel(site.page, 'Вопросы');
    await site.page.getByText('Как отказать, не обидев?').waitFor();
    await site.page.getByRole('button', { name: /Мне тоже интересно/ }).click();
    await panel(trainer.page, 'Questions');
    await trainer.page.getByRole('button', { name: /1 vote/ }).waitFor();
    await trainer.page.getByRole('button', { name: 'Answer now' }).click();
    await trainee.page.getByText('отвечают').waitFor();
    await trainer.page.getByRole('button', { name: 'Answered' }).click();
    await trainee.page.getByText('отвечено').waitFor();
    await look(trainee.page, 'questions-phone');
  });

  await t.test('a poll is made, voted in by a person and by five at once, closed and shown', async () => {
    await panel(trainer.page, 'Polls');
    await trainer.page.getByRole('button', { name: 'New poll' }).click();
    await trainer.page.getByLabel('Question', { exact: true }).fill('Сколько часов вы спали?');
    await trainer.page.getByLabel('Answer 1').fill('Меньше шести');
    await trainer.page.getByLabel('Answer 2').fill('Шесть и больше');
    await trainer.page.getByRole('button', { name: 'Keep' }).click();
    await trainer.page.getByRole('button', { name: 'Open', exact: true }).click();
    await panel(trainee.page, 'Опросы');
    await trainee.page.getByText('Меньше шести').click();
    await trainee.page.getByRole('button', { name: 'Голосовать' }).click();
    await trainee.page.getByText('Ваш голос учтён.').waitFor();
    await panel(site.page, 'Опросы');
    await site.page.getByLabel('Меньше шести').fill('2');
    await site.page.getByLabel('Шесть и больше').fill('3');
    await site.page.getByRole('button', { name: 'Голосовать' }).click();
    await trainer.page.getByText('6 votes').waitFor();
    await trainer.page.getByRole('button', { name: 'Close', exact: true }).click();
    await trainer.page.getByRole('button', { name: 'Show results' }).click();
    await until('the results at the trainee', async () => (await trainee.page.locator('.bars .n').allInnerTexts()).join() === '3,3');
    await look(trainer.page, 'polls-trainer');
    await look(trainee.page, 'polls-phone');
  });

  await t.test('what is written to all is read by all, privately by one', async () => {
    await panel(trainer.page, 'Chat');
    await trainer.page.getByLabel('Message').fill('Материалы: https://example.org/materials.');
    await trainer.page.keyboard.press('Enter');
    await trainee.page.locator('.bar').getByRole('button', { name: /Чат/ }).click();
    assert.equal(await trainee.page.getByRole('link', { name: 'https://example.org/materials' }).getAttribute('rel'), 'noopener noreferrer nofollow');
    await trainee.page.getByLabel('Кому').selectOption({ label: 'Ирина Белова' });
    await trainee.page.getByLabel('Сообщение').fill('Можно поговорить после?');
    await trainee.page.getByRole('button', { name: 'Отправить' }).click();
    await trainer.page.getByText('Можно поговорить после?').waitFor();
    await panel(site.page, 'Чат');
    await site.page.getByText('Материалы').waitFor();
    assert.equal(await site.page.getByText('Можно поговорить после?').count(), 0, 'private is private');
    await look(trainer.page, 'chat-trainer');
  });

  await t.test('files go both ways', async () => {
    await panel(trainer.page, 'Files');
    await trainer.page.locator('input[type=file]').setInputFiles({ name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('One break each hour.\n') });
    await panel(site.page, 'Файлы');
    const fetched = async (page: Page, name: string) => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
      const stream = await download.createReadStream();
      let text = '';
      for await (const part of stream) text += String(part);
      return text;
    };
    assert.equal(await fetched(site.page, 'plan.txt'), 'One break each hour.\n');
    await site.page.locator('input[type=file]').setInputFiles({ name: 'опыт.txt', mimeType: 'text/plain', buffer: Buffer.from('Мы гуляем.\n') });
    assert.equal(await fetched(trainer.page, 'опыт.txt'), 'Мы гуляем.\n');
  });

  await t.test('who is cut off for twenty seconds comes back to the same seat by itself', async () => {
    const context = trainee.page.context();
    const seats = await trainer.page.evaluate(() => document.querySelectorAll('figure[data-person]').length);
    trainee.watch.expect(/ERR_INTERNET_DISCONNECTED|WebSocket/);
    await context.setOffline(true);
    await trainee.page.getByText('Связь пропала').waitFor({ timeout: 60_000 });
    await panel(trainer.page, 'Chat');
    await trainer.page.getByLabel('Message').fill('Пока вас не было');
    await trainer.page.keyboard.press('Enter');
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    await context.setOffline(false);
    await trainee.page.getByText('Пока вас не было').waitFor({ timeout: 30_000 });
    await trainee.page.locator('.bar').getByRole('button', { name: /Чат/ }).click(); // beside an open panel there is room for the slide alone
    await moving(trainee.page, 2, 'the trainee');
    await moving(trainer.page, 2, 'the trainer');
    assert.equal(await trainer.page.evaluate(() => document.querySelectorAll('figure[data-person]').length), seats, 'nobody is there twice');
    trainee.watch.strict();
  });

  await t.test('a guest waits outside and is let in', async () => {
    const guest = await visit(browser, phone, '', 'en');
    await guest.page.goto('/guest/expert?lang=en');
    await guest.page.getByLabel('Your name').fill('Jana Nováková');
    await look(guest.page, 'guest');
    await guest.page.getByRole('button', { name: 'Enter and listen' }).click();
    await guest.page.getByText('A host will let you in').waitFor();
    await panel(trainer.page, 'People');
    await trainer.page.getByRole('button', { name: 'Let in' }).click();
    await guest.page.locator('.bar').waitFor();
    await moving(guest.page, 2, 'the guest');
    guest.watch.clean();
    await guest.page.context().close();
  });

  await t.test('the five at the site and the two others get their minutes', async () => {
    interface Row {
      name: string;
      sites: string[];
      minutes: number;
      spans: { from: string; to: string }[];
    }
    const seconds = (row: Row) => row.spans.reduce((sum, { from, to }) => sum + Date.parse(to) - Date.parse(from), 0) / 1000;
    const book = await Api.signIn('trainer@demo.mostik');
    const at = (site: boolean) => (name: string) => ({ name, site });
    const wanted = [...['Айгүл', 'Нұрлан', 'Сәуле', 'Ерлан', 'Дина'].map(at(true)), ...['Алия Сатпаева', 'Ирина Белова'].map(at(false))];
    await until('a minute for each of the seven', async () => {
      const { people } = await book.get<{ people: Row[] }>('/webinars/demo/attendance');
      return wanted.every(({ name, site }) => people.some((row) => row.name === name && row.minutes >= 1 && seconds(row) >= 30 && (row.sites.length > 0) === site));
    }, 120_000);
    const { mine } = await (await Api.signIn('trainee@demo.mostik')).get<{ mine?: { presence: Row } }>('/webinars/demo/minutes');
    assert.ok(mine && mine.presence.minutes >= 1, 'the trainee sees their own');
  });

  await t.test('the room is run by keyboard, and leaving asks', async () => {
    const { page } = trainer;
    await page.locator('.stage').first().click({ position: { x: 2, y: 2 } });
    await page.keyboard.press('m');
    await page.locator('.bar').getByRole('button', { name: 'Unmute' }).waitFor();
    await page.keyboard.press('m');
    await page.locator('.bar').getByRole('button', { name: 'Mute', exact: true }).focus();
    for (let i = 0; i < 20 && !(await page.evaluate(() => document.activeElement?.textContent?.includes('Leave'))); i++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('heading', { name: 'Leave the webinar?' }).waitFor();
    await page.keyboard.press('Escape');
    for (const { watch } of everybody) watch.clean();
  });
});
