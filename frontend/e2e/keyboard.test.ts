/** The keyboard alone: signing in, and quizzes with every kind of question that is not just a tap. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { after } from 'node:test';
import type { Page } from 'playwright-core';
import { enrolled } from './lib/api.ts';
import { desktop, drawn, launch, open } from './lib/browser.ts';
import { rightAnswer, type Content, type Prompt } from './lib/key.ts';
import { attemptOf, say, type Attempt } from './lib/study.ts';
import { until } from './lib/wait.ts';

const browser = await launch();
after(() => browser.close());

/** Presses Tab until the focus is where it should be. */
async function tabTo(page: Page, selector: string, name = selector): Promise<void> {
  for (let i = 0; i < 120; i++) {
    const there = await page.evaluate((wanted) => Boolean(document.activeElement?.matches(wanted)), selector);
    if (there) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`120 times Tab, and the focus was never on ${name}; it is on ${await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 120))}`);
}

/** The focus must be seen: an outline or a shadow is around what has it, or around the row that holds it. */
async function focusSeen(page: Page): Promise<void> {
  const seen = await page.evaluate(() => {
    const drawn = (each: Element | null | undefined) => {
      if (!each) return false;
      const style = getComputedStyle(each);
      return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
    };
    const active = document.activeElement;
    return drawn(active) || drawn(active?.closest('label')) || drawn(active?.parentElement) || drawn(active?.previousElementSibling);
  });
  assert.ok(seen, `no focus to be seen on ${await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 160))}`);
}

/** Chooses one of a group of radio buttons: Tab comes to the first, or the chosen one; arrows go on. */
async function radio(page: Page, name: string, value: string): Promise<void> {
  await tabTo(page, `input[name="${name}"]`);
  await focusSeen(page);
  await page.keyboard.press('Space');
  for (let i = 0; i < 8; i++) {
    if (await page.evaluate((wanted) => (document.activeElement as HTMLInputElement).value === wanted && (document.activeElement as HTMLInputElement).checked, value)) return;
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`${name} never came to ${value}`);
}

async function list(page: Page, selector: string, value: string): Promise<void> {
  await tabTo(page, selector);
  await focusSeen(page);
  for (let i = 0; i < 12; i++) {
    if (await page.evaluate((wanted) => (document.activeElement as HTMLSelectElement).value === wanted, value)) return;
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`${selector} never came to ${value}`);
}

async function order(page: Page, prompt: Prompt, index: number, wanted: string[]): Promise<void> {
  const section = page.locator('section.step').nth(index);
  const keys = () => section.locator('ol > li').evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['key'] ?? ''));
  let moved = false;
  for (const [place, key] of wanted.entries()) {
    const from = (await keys()).indexOf(key);
    if (from <= place) continue;
    // Back to the question's number: where reading goes on, the keyboard does, too.
    await section.locator('h2').evaluate((head) => (head as HTMLElement).focus());
    await tabTo(page, `li[data-key="${key}"] [data-by="-1"]`);
    await focusSeen(page);
    for (let at = from; at > place; at--) {
      await page.keyboard.press(at % 2 === 0 ? 'ArrowUp' : 'Enter');
      await until(`${prompt.key}: ${key} one higher`, async () => (await keys()).indexOf(key) === at - 1);
      assert.ok(await page.evaluate((wanted) => document.activeElement?.closest('li')?.getAttribute('data-key') === wanted, key), 'the focus stays with what is moved');
    }
    moved = true;
  }
  if (!moved) {
    await tabTo(page, 'section.step.here ol + p + p button, section.step ol ~ p button');
    await page.keyboard.press('Enter');
  }
}

async function answer(page: Page, index: number, prompt: Prompt, content: Content): Promise<void> {
  const nth = `section.step:nth-of-type(${index + 1})`;
  switch (prompt.kind) {
    case 'single':
      return radio(page, prompt.key, String(content['choice']));
    case 'truefalse':
      return radio(page, prompt.key, String(content['value']));
    case 'multiple':
      for (const key of (prompt.options ?? []).map((each) => each.key).filter((each) => (content['choices'] as string[]).includes(each))) {
        await tabTo(page, `input[name="${prompt.key}"][value="${key}"]`);
        await focusSeen(page);
        await page.keyboard.press('Space');
      }
      return;
    case 'categorise':
      for (const item of prompt.items ?? []) await radio(page, `${prompt.key}-${item.key}`, (content['groups'] as Record<string, string>)[item.key] ?? '');
      return;
    case 'matching':
      for (const [i, left] of (prompt.left ?? []).entries()) await list(page, `${nth} li:nth-of-type(${i + 1}) select`, (content['pairs'] as Record<string, string>)[left.key] ?? '');
      return;
    case 'cloze': {
      const gaps = Object.values(content['gaps'] as Record<string, string>);
      const marks = await page.locator(nth).locator('select').evaluateAll((all) => all.map((each, i) => each.setAttribute('data-e2e', String(i))).length);
      assert.equal(marks, gaps.length, 'every gap is a list');
      for (const [i, value] of gaps.entries()) await list(page, `${nth} select[data-e2e="${i}"]`, value);
      return;
    }
    case 'ordering':
      return order(page, prompt, index, content['order'] as string[]);
    default:
      await tabTo(page, `${nth} textarea, ${nth} input[type=text]`);
      await page.keyboard.type(String(content['text'] ?? content['number']));
  }
}

test('signing in and finishing quizzes with the keyboard alone', async (t) => {
  const { api, enrolment, login, password } = await enrolled();
  for (const lesson of ['m1-elements', 'm1-consent', 'm2-indicators']) await api.post(`/enrolments/${enrolment}/activities/${lesson}/seen`, { id: randomUUID() });
  const { page, context, watch } = await open(browser, desktop);
  const kinds = new Set<string>();

  await t.test('sign-in', async () => {
    await page.goto(`/sign-in?lang=ru&next=${encodeURIComponent(`/learn/${enrolment}/pre-test`)}`);
    await tabTo(page, '#login');
    await page.keyboard.type(login);
    await tabTo(page, '#password');
    await focusSeen(page);
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/pre-test$/);
    await drawn(page);
  });

  await t.test('the first Tab offers to skip the bar', async () => {
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('href')), '#main');
    await focusSeen(page);
    await page.keyboard.press('Enter');
  });

  for (const quiz of ['pre-test', 'm1-quiz', 'm2-quiz']) {
    await t.test(quiz, async () => {
      await page.goto(`/learn/${enrolment}/${quiz}`);
      await drawn(page);
      await tabTo(page, 'main button.primary');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/attempts\//);
      await page.locator('section.step').first().waitFor();
      const { questions } = await attemptOf(page);
      for (const [i, prompt] of questions.entries()) {
        kinds.add(prompt.kind);
        await answer(page, i, prompt, rightAnswer(prompt, 'ru'));
      }
      await tabTo(page, 'section.step.end button.primary');
      assert.match(await page.evaluate(() => document.activeElement?.textContent ?? ''), say.ru.handIn);
      await page.keyboard.press('Enter');
      const done = await until('the quiz to be handed in', async () => {
        const attempt: Attempt = await attemptOf(page);
        return attempt.state !== 'open' && attempt;
      });
      assert.equal(done.result?.percent, 100, 'every answer that was meant was given');
    });
  }
  for (const kind of ['ordering', 'categorise', 'matching', 'multiple', 'cloze']) assert.ok(kinds.has(kind), `no question of kind ${kind} was met`);
  watch.clean();
  await context.close();
});
