/** A dirty table: what is wrong with it is seen, the mapping is mended, it is applied, the people are there, and taken back. */
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { administrator } from './lib/api.ts';
import { desktop, drawn, enter, launch, open } from './lib/browser.ts';
import { until } from './lib/wait.ts';

const browser = await launch();
after(() => browser.close());

const mark = `zz${Date.now().toString(36).replace(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? 'x')}`;
const family = `Импортова${mark.replace(/[^a-z]/g, '').split('').map((letter) => 'абвгдежзиклмнопрстуфхцчшэ'[letter.charCodeAt(0) - 97] ?? 'я').join('')}`;
const table = [
  'Список участников;;;;',
  'Фамилия;Имя;Дата рождения;Телефон;Кто это;Организация',
  `${family};Айгерим;03.05.1987;+7 701 123 45 67;библиотекарь;Приют ${mark}`,
  `${family.replace('о', 'o')};Ерлан;04.06.1985;+7 701 123 45 68;юрист;ОО «Приют ${mark}»`,
  `${family};Дана;31.02.1990;7,70112E+10;юрист`,
  `${family};Айгерім;1987;;библиотекарь`,
  ';;;;',
].join('\r\n');

test('a table comes in and is taken back', async () => {
  const { api, login, password } = await administrator();
  const { page, context, watch } = await open(browser, desktop);
  await enter(context, login, password);
  await page.goto('/desk/import');
  await drawn(page);
  await page.getByLabel('Country of these people').selectOption('KZ');
  await page.locator('input[type=file]').setInputFiles({ name: 'люди.csv', mimeType: 'text/csv', buffer: Buffer.from(table) });
  await page.getByRole('button', { name: 'Read the table' }).click();
  await page.waitForURL(/\/desk\/import\/[0-9a-f-]+/);
  await page.getByRole('heading', { name: 'люди.csv' }).waitFor();

  // Every problem with its row.
  const line = (n: number) => page.locator('ol.lines > li').filter({ hasText: `Line ${n} ` });
  await line(4).getByText('mixes Cyrillic and Latin').waitFor();
  await line(5).getByText('There is no such day').waitFor();
  await line(5).getByText('Excel has shortened this number').waitFor();
  await line(6).getByText('Perhaps the same person as in another line').waitFor();

  // The last column was not known, the letters can be mended, and what cannot is left out.
  await page.getByLabel('Кто это').selectOption('job');
  await page.getByLabel('Mend look-alike letters').check();
  await page.getByLabel('Leave rows with faults out').check();
  await page.getByRole('button', { name: 'Check the rows', exact: true }).click();
  await line(4).getByText('Look-alike letters were mended').waitFor();
  // Two writings of an organisation that nobody knows: one is made, the other is it.
  await line(4).getByText('There is no such organisation').waitFor();
  const unknown = page.getByRole('region', { name: 'Organisations that are not known' });
  await unknown.getByLabel(`Приют ${mark} (rows: 1)`, { exact: true }).selectOption({ label: 'a new one' });
  await unknown.getByLabel(`ОО «Приют ${mark}» (rows: 1)`).selectOption({ label: `as «Приют ${mark}»` });
  await unknown.getByRole('button', { name: 'Keep and check the rows' }).click();
  await line(4).getByText('An organisation that will be made').waitFor();
  await line(6).getByRole('button', { name: 'The same person' }).click();
  await line(6).locator('span').filter({ hasText: 'the same person' }).first().waitFor();

  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByText(/This would be made: People: 2\. Organisations made: 1\./).waitFor();
  const people = () => api.get<{ items: { name: string }[]; total: number }>(`/people?q=${encodeURIComponent(family)}`);
  assert.equal((await people()).total, 0, 'trying makes nobody');
  await page.getByRole('button', { name: 'Bring them in' }).click();
  await page.getByText(/This was made: People: 2\./).waitFor({ timeout: 20_000 });
  assert.deepEqual((await people()).items.map((each) => each.name).sort(), [`Айгерим ${family}`, `Ерлан ${family}`].sort());

  const organisations = async () => (await api.get<{ items: { name: string; people: number }[] }>('/organisations')).items.filter((each) => each.name.includes(mark)).map((each) => [each.name, each.people]);
  assert.deepEqual(await organisations(), [[`Приют ${mark}`, 2]]);

  await page.getByRole('button', { name: 'Take it back' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Take it back' }).click();
  await until('the people to be gone', async () => (await people()).total === 0);
  assert.deepEqual(await organisations(), []);
  watch.clean();
  await context.close();
});
