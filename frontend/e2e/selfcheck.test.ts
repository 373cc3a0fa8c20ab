/** The self-check is nobody's business: opening and answering it asks nothing of the server and leaves nothing there. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { after } from 'node:test';
import { enrolled } from './lib/api.ts';
import { drawn, enter, launch, open, phone } from './lib/browser.ts';
import { dumpDatabase, logFile, shared } from './lib/server.ts';
import { Wire } from './lib/wire.ts';

const browser = await launch();
after(() => browser.close());

test('a self-check leaves no trace outside of the device', async () => {
  const person = await enrolled();
  const wire = await Wire.open();
  after(() => wire.close());
  const { page, context, watch } = await open(browser, phone, wire.url);
  await enter(context, person.login, person.password);
  await page.goto(`/learn/${person.enrolment}`);
  await drawn(page);
  // The page comes to rest first: the worker that keeps pages for reading offline starts a moment later.
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
  });
  await page.waitForLoadState('networkidle');
  const mine = () => dumpDatabase(shared()).split('\n').filter((line) => line.includes(person.id) || line.includes(person.enrolment)).sort();
  const before = mine();
  assert.ok(before.length >= 2, 'the dump knows the person and the enrolment');

  wire.take();
  await page.locator('a[href*="#m6-self-check"]').click();
  const groups = page.locator('fieldset');
  await groups.first().waitFor();
  const count = await groups.count();
  assert.equal(count, 19, 'the Copenhagen Burnout Inventory has 19 questions');
  for (let i = 0; i < count; i++) await groups.nth(i).locator('label').nth(i % 5).click();
  await page.getByRole('button', { name: 'Показать мой результат' }).click();
  await page.locator('meter').first().waitFor();
  assert.equal(await page.locator('meter').count(), 3, 'three scales');
  await page.getByText('Это не диагноз').waitFor();
  await page.getByRole('button', { name: 'Сохранить на этом устройстве' }).click();
  await page.getByText('Сохранено только на этом устройстве.').waitFor();
  await page.getByRole('link', { name: 'К курсу' }).click();
  await page.getByRole('heading', { level: 1, name: /торговл/i }).waitFor();
  await page.waitForLoadState('networkidle');
  assert.deepEqual(wire.asked.map((each) => each.what), [], 'no request was made');
  assert.equal(wire.up, 0, 'not a byte went out');

  assert.deepEqual(mine(), before, 'nothing about the person changed in the database');
  const log = readFileSync(logFile(shared()), 'utf8');
  assert.ok(log.length > 0);
  assert.doesNotMatch(log, /self-check|selfcheck/, 'the log does not know of it');
  watch.clean();
  await context.close();
});
