/** A coordinator writes a programme and leads two people through it: one is certified, the other sees what is missing. */
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import handing from '../src/lib/text/catalog/en/handing.ts';
import programme from '../src/lib/text/catalog/en/programme.ts';
import scheme from '../src/lib/text/catalog/en/scheme.ts';
import staff from '../src/lib/text/catalog/en/staff.ts';
import { Api, trainee } from './lib/api.ts';
import { desktop, drawn, enter, launch, open, phone } from './lib/browser.ts';
import { until } from './lib/wait.ts';

const browser = await launch();
after(() => browser.close());

const words = { ...programme, ...scheme, ...handing };
const all = { ...staff, ...words };
/** The English words under a key from the beginning; places for values match anything. */
function w(key: keyof typeof words | 'form.remove' | 'col.kind'): RegExp {
  const message = all[key];
  assert.ok(typeof message === 'string', `there are no words for ${key}`);
  return new RegExp(`^\\s*${message.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '.+')}`);
}

/** A moment as a datetime-local field takes it. */
function field(hours: number): string {
  const at = new Date(Date.now() + hours * 3_600_000);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

test('from the first draft to the paper', async () => {
  const [passes, lacks] = await Promise.all([trainee('Айша', `Прошла${process.pid}`), trainee('Болат', `Неполон${process.pid}`)]);
  const api = await Api.signIn('coordinator@demo.mostik');
  await api.patch('/me', { language: 'en' });
  const { context, page, watch } = await open(browser, desktop);
  await enter(context, 'coordinator@demo.mostik');
  const key = `shelter-${process.pid}`;

  // A draft whose rule attendance alone would fulfil is refused at its rule; with practice it is published.
  await page.goto('/desk/programmes');
  await drawn(page);
  await page.getByRole('button', { name: w('programme.new') }).click();
  await page.getByRole('dialog').getByLabel(w('programme.name')).fill('Work in a shelter');
  await page.getByRole('dialog').getByLabel(w('programme.key')).fill(key);
  await page.getByRole('button', { name: w('programme.create') }).click();
  await page.waitForURL(`**/desk/programmes/${key}/edit`);
  await drawn(page);
  // What was typed and not saved outlives the page.
  await page.getByLabel(w('programme.hoursField'), { exact: false }).fill('12');
  await page.reload();
  await page.getByText(w('scheme.restored')).waitFor();
  assert.equal(await page.getByLabel(w('programme.hoursField'), { exact: false }).inputValue(), '12');
  for (const [i, [kind, title]] of [['day', 'Seminar'], ['practice', 'Case meeting']].entries()) {
    await page.getByRole('button', { name: w('programme.addComponent') }).click();
    await page.getByLabel(w('col.kind')).nth(i).selectOption(kind ?? '');
    await page.getByLabel(w('programme.name')).nth(i + 1).fill(title ?? '');
  }
  await page.getByRole('button', { name: w('programme.addCondition') }).click();
  await page.getByRole('button', { name: w('programme.publish') }).click();
  await page.getByText(w('code.attendance-alone')).waitFor();
  // A category that nobody may be asked is refused at its title, and an answer without words at the answer.
  await page.getByRole('button', { name: w('scheme.addCategory') }).click();
  const category = page.getByRole('group', { name: 'Category 1' });
  await category.getByLabel(w('programme.name')).fill('Religion');
  await category.getByRole('textbox', { name: 'Answer 1' }).fill('Street work');
  await page.getByRole('button', { name: w('programme.saveDraft') }).click();
  await category.getByText(w('code.category-refused')).first().waitFor();
  assert.equal(await category.getByRole('textbox', { name: 'Answer 2' }).getAttribute('aria-invalid'), 'true');
  await category.getByLabel(w('programme.name')).fill('Kind of work');
  await category.getByRole('textbox', { name: 'Answer 2' }).fill('Shelter');
  await page.getByRole('button', { name: w('programme.addCondition') }).click();
  await page.getByRole('button', { name: w('programme.publish') }).click();
  await page.waitForURL(`**/desk/programmes/${key}`);
  await page.getByRole('heading', { level: 1, name: 'Work in a shelter' }).waitFor();
  const { definition } = await api.get<{ definition: { categories: { key: string; options: { key: string }[] }[] } }>(`/programmes/${key}`);
  assert.deepEqual(definition.categories.map((each) => [each.key, ...each.options.map((option) => option.key)]), [['kind-of-work', 'street-work', 'shelter']]);

  // Two are invited.
  await page.getByRole('button', { name: w('programme.invite') }).click();
  const dialog = page.getByRole('dialog');
  for (const { given, family } of [passes, lacks]) {
    await dialog.getByRole('searchbox').fill(family);
    await dialog.getByRole('button', { name: `Add ${given} ${family}` }).click();
  }
  await dialog.getByLabel('Kind of work').selectOption('Street work');
  await dialog.getByRole('button', { name: w('programme.invite') }).click();
  await page.getByRole('link', { name: new RegExp(passes.family) }).waitFor();

  // A colleague's rule for the country is seen, stopped, and taken over.
  const colleague = await Api.signIn('admin@demo.mostik');
  await colleague.request('PUT', `/programmes/${key}/rule`, { filter: { countries: ['KZ'], jobs: ['volunteer'], text: 'nobody at all' }, active: true });
  await page.reload();
  await drawn(page);
  const ruled = page.locator('details').filter({ hasText: 'Who comes by rule' });
  await ruled.locator('summary').click();
  await ruled.getByText('In the name of Mira Lindqvist').waitFor();
  await ruled.getByRole('button', { name: 'Stop' }).click();
  await ruled.getByText('a colleague stopped it').waitFor();
  await ruled.getByRole('button', { name: 'Take over' }).click();
  await dialog.getByText('now: 0').waitFor();
  await dialog.getByRole('button', { name: 'Take over' }).click();
  await ruled.getByText('In the name of Mira Lindqvist').waitFor({ state: 'detached' });
  assert.deepEqual((await api.get<{ items: { own: boolean; active: boolean }[] }>(`/rules?programme=${key}`)).items.map((each) => [each.own, each.active]), [[true, true]]);

  // A day with its sheet.
  await page.getByRole('button', { name: w('programme.newDay') }).click();
  await dialog.getByLabel(w('programme.dayStarts')).fill(field(-0.2));
  await dialog.getByLabel(w('programme.dayEnds')).fill(field(1));
  await dialog.getByRole('button', { name: w('programme.newDay') }).click();
  await page.getByRole('link', { name: 'Seminar' }).click();
  await page.getByRole('checkbox', { name: new RegExp(passes.family) }).waitFor();

  // The code is shown, and whoever is there checks in with a phone: first a stranger, then by their account.
  await page.getByRole('button', { name: w('scheme.showCode') }).click();
  const digits = page.locator('.card .code');
  await until('six digits', async () => /^\d{3} \d{3}$/.test(await digits.innerText()));
  const there = await open(browser, phone);
  await there.page.goto(`/here?code=${encodeURIComponent(await digits.innerText())}&lang=en`);
  await there.page.getByRole('heading', { name: 'Seminar' }).waitFor();
  await there.page.getByText('people check in with their own account').waitFor();
  await there.page.getByRole('link', { name: /^Sign in/ }).click();
  await there.page.locator('input[name=login]').fill(passes.login);
  await there.page.locator('input[type=password]').fill(passes.password);
  await there.page.locator('button[type=submit]').click();
  await there.page.locator('button[type=submit]').filter({ hasText: /here|здесь/i }).click();
  await there.page.locator('.drawn-state.is-valid').waitFor();
  there.watch.clean();
  await there.context.close();
  await page.getByText(/by code, /).locator('visible=true').waitFor(); // it stands below the name on a phone

  // A signed sheet is added.
  await page.getByLabel(w('scheme.scan')).setInputFiles({ name: 'sheet.png', mimeType: 'image/png', buffer: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64') });
  await page.getByRole('button', { name: w('scheme.addScan') }).click();
  await page.getByRole('link', { name: 'sheet.png' }).waitFor();
  await page.getByText(/^There: 1/).waitFor();

  // Practice is approved, and the paper is there.
  await page.goto(`/desk/programmes/${key}`);
  await drawn(page);
  await page.getByRole('link', { name: new RegExp(passes.family) }).click();
  await page.getByLabel(new RegExp(words['programme.words'])).fill('She led a case meeting with two services.');
  await page.getByRole('button', { name: w('programme.approve') }).click();
  const paper = page.getByRole('link', { name: words['programme.paper.achievement'] });
  await paper.waitFor();
  assert.match((await paper.getAttribute('href')) ?? '', /^\/verify\/[\w-]+$/);
  const { items } = await api.get<{ items: { name: string; state: string; missing: string[] }[] }>(`/programmes/${key}/people`);
  assert.deepEqual(items.map(({ state }) => state).sort(), ['certified', 'invited']);
  watch.clean();
  await context.close();

  // The other reads what is missing, on a phone.
  const own = await open(browser, phone);
  await lacks.api.patch('/me', { language: 'en' });
  await enter(own.context, lacks.login, lacks.password);
  await own.page.goto('/learn');
  await drawn(own.page);
  await own.page.getByText('You are invited.').waitFor();
  await own.page.getByRole('link', { name: 'Work in a shelter' }).click();
  await own.page.waitForURL(`**/programmes/${key}`);
  await until('what is missing', async () => {
    const text = await own.page.getByRole('main').innerText();
    return text.includes('Attend “Seminar” in person') && text.includes('Have “Case meeting” approved') && text.includes(words['programme.open']);
  });
  assert.equal(await own.page.getByRole('link', { name: words['programme.checkIn'] }).getAttribute('href'), '/here', 'the day is under way');
  // What they say of themselves is kept, and what they hand in waits until they take it back.
  await own.page.getByRole('radio', { name: 'Shelter' }).check();
  await own.page.getByText('Saved', { exact: true }).waitFor();
  own.watch.expect(/ERR_INTERNET_DISCONNECTED/);
  await own.context.setOffline(true);
  await own.page.getByRole('radio', { name: 'Street work' }).click();
  await own.page.getByRole('alert').getByText('no connection').waitFor();
  assert.equal(await own.page.getByRole('radio', { name: 'Shelter' }).isChecked(), true, 'what was not kept is not shown as chosen');
  await own.context.setOffline(false);
  await own.page.locator('#hand-in').getByRole('button').click();
  await own.page.getByLabel(new RegExp(words['programme.words'])).fill('I led a case meeting.');
  await own.page.locator('#hand-in button[type=submit]').click();
  await own.page.getByText('I led a case meeting.', { exact: true }).waitFor();
  assert.equal(await own.page.getByRole('radio', { name: 'Shelter' }).isChecked(), true);
  await own.page.getByRole('button', { name: words['programme.takeBack'] }).click();
  await own.page.getByText('I led a case meeting.', { exact: true }).waitFor({ state: 'detached' });
  await own.page.goto('/profile');
  await own.page.getByRole('link', { name: 'My programmes and hours' }).click();
  await own.page.getByRole('link', { name: 'Work in a shelter' }).waitFor();
  own.watch.clean();
  await own.context.close();
});
