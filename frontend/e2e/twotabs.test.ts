/** Answers sent again, out of order, from two tabs, without a network, in another language: always the same result. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { after } from 'node:test';
import type { Page } from 'playwright-core';
import { enrolled, type Api } from './lib/api.ts';
import { desktop, drawn, enter, launch, open, phone } from './lib/browser.ts';
import { otherAnswer, rightAnswer, type Content, type Prompt } from './lib/key.ts';
import { answer, attemptOf, choose, say, startQuiz, step, type Attempt } from './lib/study.ts';
import { until } from './lib/wait.ts';

const browser = await launch();
after(() => browser.close());

interface Reviewed extends Attempt {
  result: { percent: number; points: number; max: number; passed: boolean; review: Record<string, { state: string; points: number }> };
}

/** Begins the quiz of module 1, which opens after two lessons. */
async function begin(): Promise<{ api: Api; attempt: Attempt }> {
  const { api, enrolment } = await enrolled();
  for (const lesson of ['m1-elements', 'm1-consent']) await api.post(`/enrolments/${enrolment}/activities/${lesson}/seen`, { id: randomUUID() });
  return { api, attempt: await api.post<Attempt>(`/enrolments/${enrolment}/activities/m1-quiz/attempts?lang=ru`, { id: randomUUID() }) };
}

/** Every second question rightly; what was thought first is always something else. */
const thoughts = (prompt: Prompt): { first: Content; last: Content } => {
  const right = rightAnswer(prompt, 'ru');
  const other = otherAnswer(prompt, right);
  return ['q-elements-2', 'q-consent-2', 'q-elements-4'].includes(prompt.key) ? { first: other, last: right } : { first: right, last: other };
};

/** Told by what it comes to; the order of questions and options differs between attempts. */
const outcome = ({ result }: Reviewed) => ({
  points: result.points,
  max: result.max,
  percent: result.percent,
  passed: result.passed,
  questions: Object.fromEntries(Object.entries(result.review).sort().map(([key, { state, points }]) => [key, { state, points }])),
});

test('each answer three times, out of order, from two tabs: the same as once', async () => {
  const control = await begin();
  for (const [i, prompt] of control.attempt.questions.entries()) {
    await control.api.put(`/attempts/${control.attempt.id}/answers/${randomUUID()}`, { question_key: prompt.key, revision: i + 1, content: thoughts(prompt).last });
  }
  const once = outcome(await control.api.post<Reviewed>(`/attempts/${control.attempt.id}/submit?lang=ru`));

  const { api, attempt } = await begin();
  const sent = attempt.questions.flatMap((prompt, i) => {
    const { first, last } = thoughts(prompt);
    return [
      { id: randomUUID(), body: { question_key: prompt.key, revision: 10 + i, content: first } },
      { id: randomUUID(), body: { question_key: prompt.key, revision: 100 + i, content: last } },
    ];
  });
  // A fixed disorder: every answer three times, the later thought often before the earlier one.
  const thrice = [...sent, ...sent, ...sent].map((each, i) => ({ each, at: (i * 7919) % 31 })).sort((a, b) => a.at - b.at);
  const tabs = [thrice.filter((_, i) => i % 2 === 0), thrice.filter((_, i) => i % 2 === 1)];
  const told = new Map<string, { revision: number }[]>();
  await Promise.all(
    tabs.map(async (tab) => {
      for (const { each } of tab) {
        const answer = await api.put<{ answer_id: string; revision: number }>(`/attempts/${attempt.id}/answers/${each.id}`, each.body);
        told.set(each.id, [...(told.get(each.id) ?? []), answer]);
      }
    }),
  );
  for (const [id, answers] of told) assert.deepEqual(new Set(answers.map((each) => each.revision)).size, 1, `answer ${id} was told differently`);
  const { answers } = await api.get<Attempt>(`/attempts/${attempt.id}`);
  assert.equal(Object.keys(answers).length, attempt.questions.length);
  for (const [i, prompt] of attempt.questions.entries()) assert.equal(answers[prompt.key]?.revision, 100 + i, `${prompt.key}: the later thought counts`);
  const handed = await Promise.all([1, 2, 3].map(() => api.post<Reviewed>(`/attempts/${attempt.id}/submit?lang=ru`)));
  for (const each of handed) assert.deepEqual(outcome(each), once);
  assert.ok(once.percent > 0 && once.percent < 100, 'the answers were neither all right nor all wrong');
});

async function inQuiz(options: typeof phone): Promise<Awaited<ReturnType<typeof open>> & { api: Api; questions: Prompt[] }> {
  const person = await enrolled();
  const opened = await open(browser, options);
  await enter(opened.context, person.login, person.password);
  await opened.page.goto(`/learn/${person.enrolment}/pre-test`);
  await drawn(opened.page);
  await startQuiz(opened.page);
  return { ...opened, api: person.api, questions: (await attemptOf(opened.page)).questions };
}

const chosen = (page: Page, index: number) =>
  step(page, index).evaluate((section) => [...section.querySelectorAll<HTMLInputElement>('input:checked')].map((each) => `${each.name}=${each.value}`));
const chip = (page: Page) => page.locator('.line .chip').first();

test('a second tab shows the choice of the first, and its own goes back', async () => {
  const { page, context, watch, questions } = await inQuiz(desktop);
  const second = await context.newPage();
  await second.goto(page.url());
  await drawn(second);
  const i = questions.findIndex((each) => each.kind === 'single');
  const prompt = questions[i] as Prompt;
  const right = rightAnswer(prompt, 'ru');
  await answer(page, i, prompt, right);
  await until('the second tab to show it', async () => (await chosen(second, i))[0] === `${prompt.key}=${String(right['choice'])}`);
  const other = otherAnswer(prompt, right);
  await answer(second, i, prompt, other);
  await until('the first tab to show it', async () => (await chosen(page, i))[0] === `${prompt.key}=${String(other['choice'])}`);
  await until('the server to have it', async () => (await attemptOf(page)).answers[prompt.key]?.content?.['choice'] === other['choice']);
  watch.clean();
  await context.close();
});

test('a change of language in question 7 keeps the option', async () => {
  const { page, context, watch, questions } = await inQuiz(phone);
  for (let i = 0; i < 6; i++) await page.getByRole('button', { name: say.ru.next }).click();
  const prompt = questions[6] as Prompt;
  await answer(page, 6, prompt, rightAnswer(prompt, 'ru'));
  await chip(page).getByText(say.ru.saved).waitFor();
  const before = await chosen(page, 6);
  assert.ok(before.length > 0);
  const words = await step(page, 6).locator('.stem').innerText();
  const url = page.url();
  await page.goto('/profile');
  await drawn(page);
  await choose(page.locator('main'), 'input[name="language"][value="en"]');
  await until('the page to speak English', async () => (await page.locator('html').getAttribute('lang')) === 'en');
  await until('the server to know', async () => (await (await context.request.get('/api/v1/me')).json() as { language: string }).language === 'en');
  await page.goto(url);
  await step(page, 6).and(page.locator('.here')).waitFor();
  assert.notEqual(await step(page, 6).locator('.stem').innerText(), words, 'the question speaks another language');
  assert.deepEqual(await chosen(page, 6), before);
  watch.clean();
  await context.close();
});

test('without a network answers are kept, a reload shows the page, and back online they go', async () => {
  const { page, context, watch, questions, api } = await inQuiz(phone);
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
  });
  await page.reload(); // under the worker's eyes
  await drawn(page);
  watch.expect(/./);
  await context.setOffline(true);
  const first = questions[0] as Prompt;
  const second = questions[1] as Prompt;
  await answer(page, 0, first, rightAnswer(first, 'ru'));
  await chip(page).getByText('Хранится на этом устройстве, к отправке: 1').waitFor();
  await page.getByRole('button', { name: say.ru.next }).click();
  await answer(page, 1, second, rightAnswer(second, 'ru'));
  await chip(page).getByText('к отправке: 2').waitFor();

  await page.reload();
  await drawn(page);
  await step(page, 1).and(page.locator('.here')).waitFor();
  assert.ok((await chosen(page, 1)).length > 0, 'what was chosen is still there');
  await page.getByRole('button', { name: /^Назад$/ }).click();
  await step(page, 0).and(page.locator('.here')).waitFor();
  assert.ok((await chosen(page, 0)).length > 0, 'what was chosen before is still there');
  await chip(page).getByText('к отправке: 2').waitFor();

  await context.setOffline(false);
  await chip(page).getByText(say.ru.saved).waitFor();
  watch.take();
  watch.strict();
  const id = page.url().split('/').pop();
  const { answers } = await api.get<Attempt>(`/attempts/${id}`);
  assert.deepEqual(answers[first.key]?.content, rightAnswer(first, 'ru'));
  assert.deepEqual(answers[second.key]?.content, rightAnswer(second, 'ru'));
  watch.clean();
  await context.close();
});
