/**
 * A webinar as its people meet it, from planning to the report: a coordinator plans and invites, mails lead in, a guest
 * needs two taps, a participant comes from the course, the host ends, and what remains is read, corrected and taken along.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import type { Page } from 'playwright-core';
import calendar from '../src/lib/text/catalog/en/calendar.ts';
import live from '../src/lib/text/catalog/en/live.ts';
import report from '../src/lib/text/catalog/en/report.ts';
import { Api, course, demoPassword, trainee } from './lib/api.ts';
import { desktop, enter, launch, open, phone } from './lib/browser.ts';
import { panel, visit } from './lib/room.ts';
import { shared } from './lib/server.ts';
import { until } from './lib/wait.ts';

const browser = await launch();
after(() => browser.close());
const folder = mkdtempSync(join(tmpdir(), 'mostik-plan-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const title = `Разбор случаев ${process.pid}`;
const pictures = process.env['MOSTIK_PICTURES'] === '1';

const as = (login: string, options: typeof desktop, language: string) => visit(browser, options, login, language);

const picture = async (page: Page, name: string) => {
  if (pictures) await page.screenshot({ path: new URL(`out/plan-${name}.png`, import.meta.url).pathname, fullPage: true });
};

/** A file that the page offers, kept where other programs can read it. */
async function fetched(page: Page, name: string): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name, exact: true }).click()]);
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

function run(program: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  assert.equal(status, 0, `${program} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** Rows of a CSV file by Python's own reader, which nobody here wrote. */
const rows = (path: string): Record<string, string>[] =>
  JSON.parse(run('python3', '-c', 'import csv,json,sys;print(json.dumps(list(csv.DictReader(open(sys.argv[1],encoding="utf-8-sig",newline="")))))', path)) as Record<string, string>[];

test('a webinar from its plan to its report', async (t) => {
  const admin = await Api.signIn('admin@demo.mostik');
  const cohort = await admin.post<{ id: string; name: string }>('/admin/cohorts', { name: `Вебинар ${process.pid}`, course_key: course, country: 'KZ', starts_on: '2026-01-01', ends_on: '2027-12-31' });
  const member = await trainee('Асель', 'Қайратқызы');
  await admin.post(`/cohorts/${cohort.id}/enrolments`, { person_ids: [member.id] });
  const { enrolments } = await member.api.get<{ enrolments: { id: string }[] }>('/dashboard');
  const activity = `/learn/${enrolments[0]?.id}/m6-webinar`;
  const planner = await as('coordinator', desktop, 'en');
  const mails: Record<string, string> = {};
  /** Each step stands on those before it: after a failure the others are not tried. */
  let failed = false;
  const step = (name: string, act: () => Promise<void>) =>
    t.test(name, async (part) => {
      if (failed) return part.skip('an earlier step failed');
      failed = true;
      await act();
      failed = false;
    });

  await step('a coordinator plans it with the keyboard, and the form says what is wrong and where', async () => {
    const { page } = planner;
    await page.goto('/webinars');
    await page.getByRole('link', { name: 'New webinar' }).click();
    await page.getByRole('heading', { level: 1, name: calendar['calendar.new'] }).waitFor();
    await page.getByLabel(calendar['calendar.starts']).fill(await page.evaluate(() => new Date(Date.now() + 60_000 - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 16)));
    await page.getByLabel(calendar['calendar.cohort']).selectOption({ label: (await page.getByLabel(calendar['calendar.cohort']).locator('option').allTextContents()).find((each) => each.includes(cohort.name)) ?? '' });
    await until('the place in the course', async () => (await page.getByLabel(calendar['calendar.activity']).inputValue()) === 'm6-webinar');
    for (const [name, does] of [['Белова', 'leads'], ['Раҳимова', 'speaks']] as const) {
      await page.getByLabel(calendar['calendar.find']).fill(name);
      await page.getByRole('button', { name: new RegExp(`${name} ${does}`) }).click();
    }
    await page.getByRole('button', { name: calendar['calendar.addPoint'] }).click();
    await page.getByLabel('Point 1', { exact: true }).fill('Знакомство');
    await page.getByLabel(calendar['calendar.minutes'], { exact: true }).fill('900');
    for (const name of ['Almaty', 'Dushanbe']) await page.locator('label').filter({ hasText: name }).click();
    await page.getByRole('button', { name: calendar['calendar.addGuest'] }).click();
    await page.getByLabel(calendar['calendar.guestName'], { exact: true }).fill('Petra Dvořáková');
    await page.getByLabel(calendar['calendar.guestMail']).fill('petra at expert.example');
    await page.locator('label').filter({ hasText: calendar['calendar.waiting'] }).click();
    const save = page.getByRole('button', { name: 'Save', exact: true });
    /** Presses Save: the first field that is wrong has the focus and says why; the keyboard mends it. */
    const blamed = async (why: RegExp, label: string, better: string) => {
      await save.click();
      await page.locator('.field').filter({ hasText: why }).first().waitFor();
      await until(`the focus in ${label}`, () => page.evaluate((wanted) => (document.activeElement as HTMLInputElement).labels?.[0]?.textContent?.includes(wanted) ?? false, label));
      await picture(page, `blamed-${label.replace(/\W+/g, '-')}`);
      await page.keyboard.press('Control+A');
      await page.keyboard.type(better);
    };
    await blamed(/Please fill this in/, calendar['calendar.title'], title);
    await blamed(new RegExp(calendar['calendar.minutesWrong']), calendar['calendar.minutes'], '20');
    planner.watch.expect(/\/api\/v1\/webinars: 422/, /status of 422/);
    await blamed(new RegExp(calendar['code.mail-address']), calendar['calendar.guestMail'], 'petra@expert.example');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/webinars\/[^/]+\/edit$/);
    planner.watch.strict();
    planner.watch.take();
    await page.getByText(/\/guest\//).waitFor();
    await picture(page, 'edit');
  });

  await step('the mail is read before it is sent, and one press sends it to everybody', async () => {
    const { page } = planner;
    await page.getByText(calendar['calendar.preview']).click();
    await page.getByLabel(calendar['calendar.previewAs']).selectOption('speaker');
    const mail = page.locator('.mail');
    for (const language of ['sk', 'ru']) {
      await mail.locator('xpath=..').getByLabel(calendar['calendar.language']).selectOption(language);
      await until(`the mail in ${language}`, async () => (await mail.innerText()).includes(language === 'sk' ? 'Pozvánka' : 'Приглашение'));
    }
    assert.ok((await mail.innerText()).includes(title));
    await picture(page, 'preview');
    await page.getByRole('button', { name: /^Send \d+ mails?$/ }).click();
    await page.getByText(calendar['calendar.allTold']).waitFor();
    planner.watch.clean();
  });

  await step('the administrator sees them go out', async () => {
    const { page, watch } = await as('admin', desktop, 'en');
    await until('the mails to be sent', async () => {
      const { items } = await admin.get<{ items: { address: string; subject: string; state: string }[] }>('/admin/mail');
      const ours = items.filter((each) => each.subject.includes(title));
      return ours.length >= 3 && ours.every((each) => each.state === 'sent');
    }, 30_000);
    for (const [who, address] of [['speaker', 'interpreter@demo.mostik'], ['guest', 'petra@expert.example'], ['host', 'trainer@demo.mostik']] as const) {
      await page.goto('/admin/mail');
      await page.getByRole('row').filter({ hasText: title }).filter({ hasText: address }).getByRole('link').click();
      const text = await page.locator('pre').innerText();
      assert.ok(text.includes(title), `${who}: ${text}`);
      mails[who] = new RegExp(`${shared().url}(/(?:webinars|guest)/\\S+)`).exec(text)?.[1] ?? '';
      assert.ok(mails[who], `a link in the mail of the ${who}: ${text}`);
      await page.getByRole('link', { name: /webinar\.ics/ }).waitFor();
    }
    await picture(page, 'mail');
    watch.clean();
    await page.context().close();
  });

  const inRoom = (page: Page) => page.locator('.bar').waitFor();
  const speaker = await open(browser, { ...desktop, serviceWorkers: 'block' });
  const guest = await open(browser, { ...phone, locale: 'sk-SK', serviceWorkers: 'block' });
  const own = await open(browser, { ...phone, serviceWorkers: 'block' });
  await step('a link from a mail leads who is signed out by sign-in to the lobby', async () => {
    const { page, watch } = speaker;
    watch.expect(/: 401/, /status of 401/);
    await page.goto(mails['speaker'] ?? '');
    await page.waitForURL((url) => url.pathname === '/sign-in' && url.searchParams.get('next') === mails['speaker']);
    await page.locator('#login').fill('interpreter@demo.mostik');
    await page.locator('#password').fill(demoPassword);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname === mails['speaker']);
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    watch.strict();
    await page.locator('.lobby .enter button').first().click();
    await inRoom(page);
  });

  await step('a guest needs two taps: the link, and the door', async () => {
    await guest.page.goto(mails['guest'] ?? '');
    await picture(guest.page, 'guest');
    await guest.page.locator('.lobby .enter button').first().tap();
    await inRoom(guest.page);
  });

  await step('a participant enters from the course', async () => {
    const { page, context } = own;
    await enter(context, member.login, member.password);
    await page.goto(activity);
    const door = page.getByRole('link', { name: 'Войти на вебинар' });
    await door.waitFor();
    await picture(page, 'activity');
    await door.tap();
    await page.getByRole('button', { name: 'Войти и слушать' }).tap();
    await inRoom(page);
    await picture(page, 'room-phone');
  });

  const host = await as('trainer', desktop, 'en');
  const present = ['Petra Dvořáková', 'Асель Қайратқызы', 'Ирина Белова', 'Шаҳноза Раҳимова'];
  await step('the host begins by coming in, and ends it for everybody', async () => {
    const { page } = host;
    await page.goto(mails['host'] ?? '');
    await page.getByRole('button', { name: live['lobby.enterWith'] }).click();
    await inRoom(page);
    for (const name of present.filter((each) => each !== 'Ирина Белова')) await page.locator('li[data-person]').filter({ hasText: name }).first().waitFor();
    await picture(page, 'room-host');
    await own.page.locator('.bar').getByRole('button', { name: 'Чат' }).tap();
    await own.page.getByLabel('Сообщение').fill('Спасибо за разбор!');
    await own.page.getByRole('button', { name: 'Отправить' }).tap();
    await panel(page, live['chat.title']);
    await page.getByText('Спасибо за разбор!').waitFor();
    await panel(page, live['files.title']);
    await page.locator('input[type=file]').setInputFiles({ name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('One break each hour.\n') });
    await page.getByRole('link', { name: 'plan.txt' }).waitFor();
    await page.locator('.bar').getByRole('button', { name: live['room.leave'] }).click();
    await page.getByRole('dialog').getByRole('button', { name: live['room.endForAll'] }).click();
    await page.getByText(live['room.endText']).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: live['room.endForAll'] }).click();
    // Whoever was in is told that it is over, and no camera stays on.
    for (const each of [speaker.page, guest.page, own.page, page]) await each.locator('h2:focus').waitFor();
    await until('the camera to be let go of', () => page.evaluate(() => [...document.querySelectorAll('video')].length === 0));
    await own.page.getByRole('link', { name: 'Мои минуты' }).waitFor();
    await picture(own.page, 'over');
    await page.getByRole('link', { name: live['presence.report'] }).click();
    for (const { watch } of [speaker, guest, own]) watch.clean();
    for (const each of [speaker, guest]) await each.context.close();
  });

  await step('the report tells who was there, and a correction says why', async () => {
    const { page, watch } = host;
    const line = (name: string) => page.locator('button.line').filter({ hasText: name });
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await until('the end to be read, by the page itself', async () => (await line('').count()) === present.length && !(await page.getByText(report['report.moving']).isVisible()), 40_000);
    for (const name of present) assert.match(await line(name).innerText(), /100\s?%[^]*own device/, name);
    await page.getByText('Спасибо за разбор!').waitFor();
    await picture(page, 'report');
    await line('Petra Dvořáková').click();
    await page.getByRole('button', { name: report['report.correct'], exact: true }).click();
    await page.getByLabel(report['report.kind']).selectOption({ label: report['report.act.change'] });
    const save = page.getByRole('button', { name: report['report.save'] });
    await save.click();
    await page.getByText(report['report.reasonNeeded']).waitFor();
    await page.keyboard.type('She also listened by telephone');
    await picture(page, 'correct');
    await save.click();
    await line('Petra Dvořáková').filter({ hasText: report['report.corrected'] }).waitFor();
    await page.getByText(/She also listened by telephone/).waitFor();
    await picture(page, 'corrected');
    watch.clean();
  });

  await step('everything can be taken along, and other programs read it', async () => {
    const { page, watch } = host;
    const table = await fetched(page, report['report.csv']);
    const people = rows(table);
    assert.deepEqual(people.map((each) => each['Name']).sort(), [...present].sort());
    for (const each of people) assert.equal(each['Share, %'], '100', each['Name']);
    assert.equal(people.find((each) => each['Name'] === 'Petra Dvořáková')?.['Corrections'], '1');
    const book = await fetched(page, report['report.xlsx']);
    const words = run('unzip', '-p', book, 'xl/worksheets/*.xml');
    for (const each of [...present, 'She also listened by telephone']) assert.ok(words.includes(each), `${each} in the workbook`);
    const all = await fetched(page, report['report.zip']);
    run('unzip', '-tq', all);
    assert.equal(run('unzip', '-p', all, 'attendance.csv'), readFileSync(table, 'utf8'), 'the same table');
    const { chat } = JSON.parse(run('unzip', '-p', all, 'said.json')) as { chat: { name: string; body: { text: string } }[] };
    assert.deepEqual(chat.map(({ name, body }) => `${name}: ${body.text}`), ['Асель Қайратқызы: Спасибо за разбор!']);
    const { corrections } = JSON.parse(run('unzip', '-p', all, 'attendance.json')) as { corrections: { author: string; reason: string }[] };
    assert.deepEqual(corrections.map(({ author, reason }) => [author, reason]), [['Ирина Белова', 'She also listened by telephone']]);
    watch.clean();
  });

  await step('everybody sees their own minutes, and the course counts them', async () => {
    const { page, watch } = own;
    await page.getByRole('link', { name: 'Мои минуты' }).tap();
    await page.getByText(/100\s?%/).first().waitFor();
    await picture(page, 'minutes');
    // By the address of the room, whose hours are not over, one comes to what is left of it, and not into an empty room.
    const room = (mails['host'] ?? '').replace(/\?.*/, '');
    await page.goto(room);
    await page.getByRole('heading', { name: 'Вебинар окончен' }).waitFor();
    await page.getByText(/Вы присутствовали/).waitFor();
    await page.getByRole('link', { name: 'plan.txt' }).waitFor();
    assert.equal(await page.getByRole('button', { name: /Войти/ }).count(), 0, 'no door for who does not lead it');
    await picture(page, 'after');
    await host.page.goto(room);
    await host.page.getByRole('button', { name: live['live.openAnew'] }).waitFor();
    await picture(host.page, 'after-host');
    await page.goBack();
    assert.equal(await page.getByText('Petra').count(), 0, 'others are not shown');
    await page.goto(activity);
    await page.getByText('Ваше участие отмечено.').waitFor();
    await page.getByText('Уже прошло').waitFor(); // by the clock it still goes on
    assert.equal(await page.getByRole('link', { name: 'Войти на вебинар' }).count(), 0, 'no door to a webinar that was ended');
    await picture(page, 'activity-done');
    watch.clean();
    assert.equal((await member.api.get<{ state: string }>(`/enrolments/${enrolments[0]?.id}/activities/m6-webinar`)).state, 'done');
    host.watch.clean();
  });
});
