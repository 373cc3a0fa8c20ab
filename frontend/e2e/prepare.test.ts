/** What is prepared before a webinar: a poll that its host starts in the room with one press, and the calendar one follows. */
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { Api } from './lib/api.ts';
import { desktop, launch } from './lib/browser.ts';
import { panel, visit } from './lib/room.ts';

const browser = await launch();
after(() => browser.close());
const pictures = process.env['MOSTIK_PICTURES'] === '1';

test('a poll is prepared on the calendar and started in the room; the webinar is followed from elsewhere', async () => {
  const admin = await Api.signIn('admin@demo.mostik');
  const { id: self } = await admin.get<{ id: string }>('/me');
  const { id: webinar } = await admin.post<{ id: string }>('/webinars', {
    title: 'Prepared',
    language: 'en',
    starts_at: new Date(Date.now() - 60_000).toISOString(),
    ends_at: new Date(Date.now() + 3_600_000).toISOString(),
    host_ids: [self],
  });
  const { page, watch } = await visit(browser, desktop, 'admin', 'en');
  const picture = async (name: string) => {
    if (pictures) await page.screenshot({ path: new URL(`out/prepare-${name}.png`, import.meta.url).pathname });
  };

  await page.goto(`/webinars/${webinar}/edit`);
  await page.getByRole('button', { name: 'New poll' }).click();
  await page.getByLabel('Question').fill('How many stages are there?');
  await page.getByLabel('Kind').selectOption('quiz');
  await page.getByLabel('Answer 1', { exact: true }).fill('Three');
  await page.getByLabel('Answer 2', { exact: true }).fill('Five');
  await page.getByRole('radio').nth(1).check();
  await page.getByLabel('Show the results when the poll is closed').check();
  await picture('form');
  await page.getByRole('button', { name: 'Keep' }).click();
  const kept = page.getByRole('listitem').filter({ hasText: 'How many stages are there?' }).first();
  await kept.waitFor();
  await page.reload();
  await kept.getByText('Five').waitFor();
  await picture('kept');

  await page.goto('/webinars');
  await page.getByText('Follow in your own calendar').click();
  await page.getByRole('button', { name: 'Make an address' }).click();
  const address = await page.locator('details code', { hasText: '/api/v1/calendars/' }).innerText();
  await picture('follow');
  assert.match(await (await fetch(address)).text(), /BEGIN:VCALENDAR[\s\S]*SUMMARY:Prepared/);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByRole('button', { name: 'Make an address' }).waitFor();
  assert.equal((await fetch(address)).status, 404);

  await page.goto(`/webinars/${webinar}`);
  await page.getByRole('button', { name: /^Enter/ }).first().click();
  await page.locator('.bar').waitFor();
  await panel(page, 'Polls');
  const draft = page.locator('.panel li').filter({ hasText: 'How many stages are there?' });
  await draft.getByText('draft').waitFor();
  await draft.getByRole('button', { name: 'Open', exact: true }).click();
  await draft.getByRole('button', { name: 'Close', exact: true }).waitFor();
  watch.clean();
  await page.context().close();
});
