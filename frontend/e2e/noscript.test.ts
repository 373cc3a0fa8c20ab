/** What must work before, and without, any script. */
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { newcomer, trainee } from './lib/api.ts';
import { launch, open, phone } from './lib/browser.ts';

const browser = await launch();
after(() => browser.close());
const scriptless = { ...phone, javaScriptEnabled: false };

test('without script: a printed code, then the password', async () => {
  const person = await newcomer('Нұрлан', 'Ибраев');
  const { page, context, watch } = await open(browser, scriptless);
  await page.goto('/code?lang=ru');
  await page.locator('#code').fill('WRONG-CODE-HERE');
  await page.locator('#password').fill(person.password);
  watch.expect(/422/);
  await page.getByRole('button').click();
  await page.getByRole('alert').waitFor();
  assert.equal(await page.locator('#code').inputValue(), 'WRONG-CODE-HERE', 'what was typed is still there to be mended');
  await page.locator('#code').fill(person.code.toLowerCase());
  await page.locator('#password').fill(person.password);
  await page.getByRole('button').click();
  await page.waitForURL('**/learn');
  await page.locator('noscript').waitFor({ state: 'attached' });
  assert.match(await page.locator('body').innerText(), /скрипт|JavaScript/i, 'the page says what it needs');
  watch.strict();

  await context.clearCookies();
  await page.goto('/sign-in?lang=ru&next=/concern');
  await page.locator('#login').fill(person.login);
  await page.locator('#password').fill('something else');
  watch.expect(/422/);
  await page.getByRole('button').click();
  await page.getByRole('alert').waitFor();
  assert.equal(await page.locator('#login').inputValue(), person.login);
  await page.locator('#password').fill(person.password);
  await page.getByRole('button').click();
  await page.waitForURL('**/concern');
  watch.strict();
  watch.clean();
  await context.close();
});

test('without script: the form that checks a certificate', async () => {
  const { page, context, watch } = await open(browser, scriptless);
  await page.goto('/verify?lang=ru');
  await page.locator('#serial').fill('ABCD-EFGH-JKLMN');
  watch.expect(/404|422/);
  await page.getByRole('button').click();
  await page.waitForURL(/\/verify.+/);
  await page.getByRole('alert').waitFor();
  assert.equal(await page.locator('#serial').inputValue(), 'ABCD-EFGH-JKLMN', 'it can be mended');
  watch.strict();
  watch.clean();
  await context.close();
});

test('what is typed before the scripts arrive stays', async () => {
  const person = await trainee();
  const { page, context, watch } = await open(browser, { ...phone, serviceWorkers: 'block' });
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  let asked = 0;
  await context.route(/\.js(\?|$)/, async (route) => {
    asked++;
    await held;
    await route.continue();
  });
  await page.goto('/sign-in?lang=ru', { waitUntil: 'domcontentloaded' });
  await page.locator('#login').fill(person.login);
  await page.locator('#password').fill(person.password);
  release();
  await page.waitForLoadState('networkidle');
  assert.ok(asked > 0, 'scripts were on their way');
  assert.equal(await page.locator('#login').inputValue(), person.login);
  assert.equal(await page.locator('#password').inputValue(), person.password);
  await page.locator('#password').press('Enter');
  await page.waitForURL('**/learn');
  await page.getByRole('heading', { level: 1 }).waitFor();
  watch.clean();
  await context.close();
});
