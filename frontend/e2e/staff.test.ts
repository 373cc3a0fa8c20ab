/** Those who run the programme: marking by keyboard, a person from account to slip, erasure, and what is not theirs. */
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import staff from '../src/lib/text/catalog/en/staff.ts';
import study from '../src/lib/text/catalog/en/study.ts';
import { Api, course, newcomer } from './lib/api.ts';
import { desktop, drawn, enter, launch, open } from './lib/browser.ts';
import { until } from './lib/wait.ts';

const browser = await launch();
after(() => browser.close());

type Words = typeof staff & typeof study;
const all: Words = { ...study, ...staff };
/** The English words under a key, in any of their forms. Places for values match anything. */
function w(key: keyof Words): RegExp {
  const message: unknown = all[key];
  const forms = typeof message === 'string' ? [message] : Object.values((message ?? {}) as Record<string, string>);
  assert.ok(forms.length > 0, `there are no words for ${String(key)}`);
  return new RegExp(`^\\s*(${forms.map((form) => form.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '.+')).join('|')})`);
}

async function as(login: string): Promise<Awaited<ReturnType<typeof open>> & { api: Api }> {
  const api = await Api.signIn(`${login}@demo.mostik`);
  await api.patch('/me', { language: 'en' });
  const opened = await open(browser, desktop);
  await enter(opened.context, `${login}@demo.mostik`);
  return { ...opened, api };
}

test('a trainer marks an answer with the keyboard', async () => {
  const { page, context, watch, api } = await as('trainer');
  const { items } = await api.get<{ items: { id: string; to_mark: number }[] }>('/cohorts');
  const cohort = [...items].sort((a, b) => b.to_mark - a.to_mark)[0];
  assert.ok(cohort && cohort.to_mark > 0, 'somebody waits');
  const queue = () => api.get<{ items: { id: string; kind: string; person: { name: string }; points_max: number }[]; total: number }>(`/cohorts/${cohort.id}/marking`);
  const before = await queue();
  const wanted = before.items.findIndex((each) => each.kind === 'open');
  assert.ok(wanted >= 0, 'an open answer waits');
  await page.goto(`/teach/cohorts/${cohort.id}/marking`);
  await drawn(page);
  for (let i = 0; i < wanted; i++) await page.keyboard.press('j');
  const item = before.items[wanted];
  assert.ok(item);
  await page.getByRole('heading', { level: 2, name: item.person.name }).waitFor();
  const focus = async (selector: string) => {
    for (let i = 0; i < 80; i++) {
      if (await page.evaluate((each) => Boolean(document.activeElement?.matches(each)), selector)) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`Tab never came to ${selector}`);
  };
  await focus('form input[inputmode="decimal"]');
  await page.keyboard.type(String(item.points_max));
  await focus('form textarea');
  await page.keyboard.type('Clear and safe. You stopped where your role ends.');
  await page.keyboard.press('Control+Enter');
  await until('the answer to leave the queue', async () => !(await queue()).items.some((each) => each.id === item.id));
  assert.equal((await queue()).total, before.total - 1);
  watch.clean();
  await context.close();
});

test('a coordinator makes an account and a cohort, enrols, and prints a code', async () => {
  const { page, context, watch, api } = await as('coordinator');
  await page.goto('/admin/people/new');
  await drawn(page);
  const family = `Сейткали${process.pid}`;
  await page.getByLabel(w('people.given'), { exact: false }).first().fill('Дана');
  await page.getByLabel(w('people.family'), { exact: false }).first().fill(family);
  await page.getByLabel(w('people.login')).fill(`dana${process.pid}`);
  await page.getByRole('button', { name: w('people.create') }).click();
  await until('the account', async () => {
    const fault = (await page.getByRole('alert').allInnerTexts()).filter((each) => each.trim() !== '');
    if (fault.length > 0) throw new Error(fault.join(' '));
    return /\/admin\/people\/[\w-]{36}$/.test(page.url());
  }, 15_000);
  const id = page.url().split('/').pop() ?? '';
  await page.getByRole('heading', { level: 1, name: new RegExp(family) }).waitFor();

  await page.goto('/admin/cohorts');
  await drawn(page);
  await page.getByRole('button', { name: w('cohorts.new') }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(w('cohorts.name')).fill(`Evening group ${process.pid}`);
  await dialog.getByLabel(w('col.country')).selectOption('KZ');
  await dialog.getByRole('button', { name: w('form.save') }).click();
  await page.waitForURL(/\/admin\/cohorts\/[\w-]{36}$/);
  const cohort = page.url().split('/').pop() ?? '';
  await drawn(page);
  await page.getByRole('searchbox').first().fill(family);
  await page.getByRole('button', { name: new RegExp(family) }).first().click();
  await page.getByRole('button', { name: w('cohorts.enrolOne') }).click();
  await until('the enrolment', async () => (await api.get<{ total: number }>(`/cohorts/${cohort}/report`)).total === 1);

  await page.goto(`/admin/codes?person=${id}`);
  await drawn(page);
  await page.getByRole('button', { name: w('codes.make') }).click();
  const code = (await page.locator('.slips .code').innerText()).trim();
  const login = (await page.locator('.slips .mono').first().innerText()).trim();
  watch.clean();

  // The slip opens the door to the course.
  const person = new Api(api.url);
  await person.enter('/auth/code', { code, password: 'a long enough password' });
  assert.equal((await person.get<{ login: string }>('/me')).login, login);
  const { enrolments } = await person.get<{ enrolments: { course_key: string }[] }>('/dashboard');
  assert.deepEqual(enrolments.map((each) => each.course_key), [course]);
  await context.close();
});

test('an administrator erases a person', async () => {
  const family = `Забытова${process.pid}`;
  const person = await newcomer('Ольга', family);
  const { page, context, watch, api } = await as('admin');
  await page.goto(`/admin/people/${person.id}`);
  await drawn(page);
  await page.getByRole('button', { name: w('people.erase') }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('Somebody else');
  await dialog.getByRole('button', { name: w('people.erase') }).click();
  await dialog.getByRole('textbox').and(page.locator('[aria-invalid="true"]')).waitFor();
  await dialog.getByRole('textbox').fill(family);
  await dialog.getByRole('button', { name: w('people.erase') }).click();
  await until('nobody of that name to be found', async () => (await api.get<{ total: number }>(`/people?q=${encodeURIComponent(family)}`)).total === 0);
  watch.clean();
  await context.close();
});

test('what may not be seen is not found', async () => {
  const admin = await Api.signIn('admin@demo.mostik');
  const stranger = await newcomer('Павел', 'Чужой', { country: 'SK' });
  const { items: cohorts } = await admin.get<{ items: { id: string }[] }>('/cohorts');
  const { page, context, watch } = await open(browser, desktop);
  await enter(context, 'newcomer@demo.mostik');
  watch.expect(/404|403/);
  const nobody = '00000000-0000-7000-8000-000000000000';
  const said = async (path: string) => {
    await page.goto(path);
    await drawn(page);
    return (await page.locator('main').innerText()).replace(/·.*/g, ''); // without the code for support
  };
  const cohort = cohorts[0]?.id ?? '';
  for (const path of [`/admin/people/${stranger.id}`, `/teach/cohorts/${cohort}`, `/teach/cohorts/${cohort}/marking`, `/admin/cohorts/${cohort}`]) {
    const words = await said(path);
    assert.match(words, /не найден|не разрешено/i, `${path} says: ${words}`);
    assert.equal(words, await said(path.replace(/[\w-]{36}/, nobody)), `${path}: what is there and what is not must look the same`);
  }
  for (const path of ['/admin', '/admin/people', '/admin/audit', '/author', `/learn/${nobody}`]) assert.match(await said(path), /не найден|не разрешено/i, path);
  // No door leads there either.
  await page.goto('/learn');
  await drawn(page);
  assert.equal(await page.locator('header a[href^="/admin"], header a[href^="/teach"], header a[href^="/author"]').count(), 0);
  await context.close();
});
