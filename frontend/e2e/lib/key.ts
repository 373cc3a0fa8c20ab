/** The course's own questions and conversation with their right answers, read from its folder: only tests know them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from './server.ts';

interface Keyed {
  key: string;
  right?: boolean;
}
interface Question {
  key: string;
  kind: string;
  right?: boolean;
  answer?: number;
  options?: Keyed[];
  pairs?: { left: string; right: string }[];
  items?: (string | { key: string; in: string })[];
  gaps?: { key: string; options?: Keyed[] }[];
}
interface Words {
  right?: Record<string, string>;
  items?: Record<string, string>;
  accepted?: string[] | Record<string, string[]>;
}

/** What the API shows of a question; see lib/attempt/types.ts of the front end. */
export interface Prompt {
  key: string;
  kind: string;
  options?: Label[];
  left?: Label[];
  right?: Label[];
  items?: Label[];
  categories?: Label[];
}
interface Label {
  key: string;
  html: string;
}
export type Content = Record<string, unknown>;

const folder = join(root, 'courses', 'content', 'trafficking');
const read = <T>(path: string): T => parse(readFileSync(join(folder, path), 'utf8')) as T;
const readAll = <T>(path: string): T[] =>
  readdirSync(join(folder, path))
    .sort()
    .map((name) => read<T>(join(path, name)));

export const bank = new Map(readAll<Question[]>('bank').flat().map((question) => [question.key, question]));
const wordsIn = new Map<string, Record<string, Words>>();
const words = (lang: string, key: string): Words => {
  let all = wordsIn.get(lang);
  if (!all) wordsIn.set(lang, (all = Object.assign({}, ...readAll<object>(`text/${lang}/bank`)) as Record<string, Words>));
  return all[key] ?? {};
};

/** Letters and digits alone: the written form and the drawn one differ in marks, quotes and spaces. */
const bare = (text: string) =>
  text
    .replace(/\[@[^\]]*\]/g, '')
    .replace(/<[^>]*>/g, '')
    .replace(/&\w+;|&#\d+;/g, '')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();

/** The key on the page (which tells nothing) of what the course knows under another. */
function shown(labels: Label[] | undefined, text: string | undefined): string {
  const found = labels?.find((each) => bare(each.html) === bare(text ?? ''));
  if (!found) throw new Error(`nothing on the page reads ${JSON.stringify(text)}`);
  return found.key;
}

/** The right answer to a question as the browser would send it. */
export function rightAnswer(prompt: Prompt, lang: string): Content {
  const question = bank.get(prompt.key);
  if (!question) throw new Error(`the bank has no question ${prompt.key}`);
  const text = words(lang, prompt.key);
  const rights = (list: Keyed[] = []) => list.filter((each) => each.right).map((each) => each.key);
  switch (prompt.kind) {
    case 'single':
      return { choice: rights(question.options)[0] };
    case 'multiple':
      return { choices: rights(question.options) };
    case 'truefalse':
      return { value: question.right };
    case 'matching':
      return { pairs: Object.fromEntries((question.pairs ?? []).map(({ left, right }) => [left, shown(prompt.right, text.right?.[right])])) };
    case 'ordering':
      return { order: (question.items as string[]).map((key) => shown(prompt.items, text.items?.[key])) };
    case 'categorise':
      return { groups: Object.fromEntries((question.items as { key: string; in: string }[]).map((item) => [shown(prompt.items, text.items?.[item.key]), item.in])) };
    case 'numeric':
      return { number: String(question.answer) };
    case 'short':
      return { text: (text.accepted as string[])[0] };
    case 'cloze':
      return { gaps: Object.fromEntries((question.gaps ?? []).map((gap) => [gap.key, gap.options ? rights(gap.options)[0] : (text.accepted as Record<string, string[]>)[gap.key]?.[0]])) };
    case 'open':
      return { text: 'Предложу тихое место, назову свою роль, спрошу, что ему нужно до шести, расскажу о помощи и остановлюсь.' };
    default:
      throw new Error(`no key for questions of kind ${prompt.kind}`);
  }
}

/** A wrong or partly right answer that the question's form allows. */
export function otherAnswer(prompt: Prompt, right: Content): Content {
  // By key, not by place: places differ between attempts.
  const not = (labels: Label[] = [], key: unknown) => labels.map((each) => each.key).sort().find((each) => each !== key);
  switch (prompt.kind) {
    case 'single':
      return { choice: not(prompt.options, right['choice']) };
    case 'truefalse':
      return { value: !right['value'] };
    case 'multiple':
      return { choices: [not(prompt.options, (right['choices'] as string[])[0])] };
    case 'matching':
      return { pairs: Object.fromEntries(Object.entries(right['pairs'] as object).slice(0, 1)) };
    case 'ordering':
      return { order: [...(right['order'] as string[])].reverse() };
    case 'categorise':
      return { groups: Object.fromEntries(Object.entries(right['groups'] as object).slice(0, 1)) };
    case 'numeric':
      return { number: '99' };
    case 'cloze':
      return { gaps: Object.fromEntries(Object.entries(right['gaps'] as object).slice(0, 1)) };
    default:
      return { text: 'Не знаю.' };
  }
}

interface Scenario {
  roles: { key: string; start: string }[];
  facts: { key: string; element: string }[];
  nodes: { key: string; shows?: string[]; facts?: string[]; end?: string; choices?: { key: string; to: string }[] }[];
}
interface ScenarioWords {
  roles: Record<string, { title: string }>;
  indicators: Record<string, string>;
  facts: Record<string, string>;
  nodes: Record<string, { choices?: Record<string, { say: string }> }>;
}

/** A way through the conversation: what to say at each step, what shows itself, what to sort where. */
export function walk(role: string, path: string[], lang: string): { role: string; says: string[]; shows: string[]; facts: [string, string][] } {
  const scenario = read<Scenario>('scenarios/hostel-cleaner.yaml');
  const text = read<ScenarioWords>(`text/${lang}/scenarios/hostel-cleaner.yaml`);
  let at = scenario.roles.find((each) => each.key === role)?.start ?? '';
  const seen = { shows: new Set<string>(), facts: new Set<string>() };
  const says: string[] = [];
  const visit = () => {
    const node = scenario.nodes.find((each) => each.key === at);
    node?.shows?.forEach((each) => seen.shows.add(each));
    node?.facts?.forEach((each) => seen.facts.add(each));
    return node;
  };
  for (const key of path) {
    const choice = visit()?.choices?.find((each) => each.key === key);
    says.push(text.nodes[at]?.choices?.[key]?.say ?? '');
    at = choice?.to ?? '';
  }
  visit();
  return {
    role: text.roles[role]?.title ?? '',
    says,
    shows: [...seen.shows].map((key) => text.indicators[key] ?? ''),
    facts: scenario.facts.filter((fact) => seen.facts.has(fact.key)).map((fact) => [text.facts[fact.key] ?? '', fact.element]),
  };
}

/** The best path of courses/content/simulator_test.go for somebody at a desk without training. */
export const bestPath = ['b', 'a', 'c', 'a', 'b', 'a', 'c'];
