/** What a trainee does on the pages: answers, reads, talks. Every step is one that the page offers. */
import type { Locator, Page } from 'playwright-core';
import { rightAnswer, type Content, type Prompt } from './key.ts';
import { until } from './wait.ts';

/** The words of the interface that a test reads; the rest it finds by role and place. */
export const say = {
  ru: {
    start: /^(Начать|Продолжить|Попробовать снова)$/,
    next: /^Дальше$/,
    toEnd: /^Проверить и сдать$/,
    handIn: /^Сдать$/,
    saved: 'Сохранено',
  },
  en: {
    start: /^(Start|Begin|Go on|Continue|Try again|Resume)$/,
    next: /^Next$/,
    toEnd: /^Check and hand in$/,
    handIn: /^Hand in$/,
    saved: 'Saved',
  },
} as const;
export type Spoken = keyof typeof say;

export interface Attempt {
  id: string;
  state: string;
  questions: Prompt[];
  answers: Record<string, { revision: number; content: Content | null; late: boolean }>;
  max_revision: number;
  result?: { percent: number; passed?: boolean; points: number; max: number };
}

/** The attempt of the present page as the server has it. */
export async function attemptOf(page: Page, lang: Spoken = 'ru'): Promise<Attempt> {
  const id = /\/attempts\/([\w-]+)/.exec(page.url())?.[1];
  if (!id) throw new Error(`${page.url()} is no attempt`);
  const response = await page.context().request.get(`/api/v1/attempts/${id}?lang=${lang}`);
  if (!response.ok()) throw new Error(`reading the attempt: ${response.status()}`);
  return (await response.json()) as Attempt;
}

/** Starts the quiz of the present page and waits for its first question. */
export async function startQuiz(page: Page, lang: Spoken = 'ru'): Promise<void> {
  await page.getByRole('button', { name: say[lang].start }).click();
  await page.waitForURL(/\/attempts\//);
  await page.locator('section.step').first().waitFor({ state: 'attached' });
}

/** The question's place on the page; on a phone only the present one is to be seen. */
export const step = (page: Page, index: number): Locator => page.locator('section.step').nth(index);

/** Presses the row or button that a radio button or checkbox belongs to, as a finger does, and sees it chosen. */
export async function choose(within: Locator, input: string): Promise<void> {
  const found = within.locator(input);
  if (!(await found.isChecked())) await within.locator('label').filter({ has: found.page().locator(input) }).click();
  await until(`${input} to be chosen`, () => found.isChecked());
}

/** Answers one question by what its page offers. */
export async function answer(page: Page, index: number, prompt: Prompt, content: Content): Promise<void> {
  const box = step(page, index);
  const pick = (name: string, value: string) => choose(box, `input[name="${name}"][value="${value}"]`);
  switch (prompt.kind) {
    case 'single':
      return pick(prompt.key, String(content['choice']));
    case 'truefalse':
      return pick(prompt.key, String(content['value']));
    case 'multiple':
      for (const key of content['choices'] as string[]) await pick(prompt.key, key);
      return;
    case 'categorise':
      for (const [item, group] of Object.entries(content['groups'] as Record<string, string>)) await pick(`${prompt.key}-${item}`, group);
      return;
    case 'matching': {
      const pairs = content['pairs'] as Record<string, string>;
      for (const [i, left] of (prompt.left ?? []).entries()) await box.locator('select').nth(i).selectOption(pairs[left.key] ?? '');
      return;
    }
    case 'cloze': {
      for (const [i, value] of Object.values(content['gaps'] as Record<string, string>).entries()) {
        const gap = box.locator('.text select, .text input').nth(i);
        if (await gap.evaluate((each) => each.tagName === 'SELECT')) await gap.selectOption(value);
        else await gap.fill(value);
      }
      return;
    }
    case 'ordering':
      return order(box, content['order'] as string[]);
    default:
      await box.locator('textarea, input[type=text]').first().fill(String(content['text'] ?? content['number']));
      await box.locator('textarea, input[type=text]').first().blur();
  }
}

/** Puts things in order with the arrows beside them. */
async function order(box: Locator, wanted: string[]): Promise<void> {
  const keys = () => box.locator('ol > li').evaluateAll((list) => list.map((each) => (each as HTMLElement).dataset['key'] ?? ''));
  let moved = false;
  for (const [place, key] of wanted.entries()) {
    for (let at = (await keys()).indexOf(key); at > place; at--) {
      await box.locator(`li[data-key="${key}"] [data-by="-1"]`).click();
      moved = true;
    }
  }
  // Standing rightly from the beginning, it still has to be said.
  if (!moved) await box.locator('p button').click();
}

/** Answers every question by the key and hands in. Gives what the server then says. */
export async function finishQuiz(page: Page, lang: Spoken = 'ru', choose: (prompt: Prompt) => Content = (prompt) => rightAnswer(prompt, lang)): Promise<Attempt> {
  const { questions } = await attemptOf(page, lang);
  for (const [i, prompt] of questions.entries()) {
    await step(page, i).and(page.locator('.here')).waitFor();
    await answer(page, i, prompt, choose(prompt));
    await page.getByRole('button', { name: i === questions.length - 1 ? say[lang].toEnd : say[lang].next }).click();
  }
  await page.getByRole('button', { name: say[lang].handIn }).click();
  return until('the quiz to be handed in', async () => {
    const attempt = await attemptOf(page, lang);
    return attempt.state !== 'open' && attempt;
  });
}
