/** What a review says of each part of a question: what was chosen, what is right, and why. */
import type { Content, Label, Prompt, QuestionReview } from '../../lib/attempt/types.ts';

export interface Row {
  key: string;
  /** Safe inline HTML of the part itself. */
  html: string;
  /** What the trainee gave: "chosen" for an option, the words of what was put to the part otherwise. */
  given?: string;
  /** Whether what was given is right; undefined where nothing was given. */
  ok?: boolean;
  /** The right one, where it is another. */
  right?: string;
  /** True for a right option. */
  isRight?: boolean;
  chosen?: boolean;
  feedback?: string;
}

const words = (labels: readonly Label[] | undefined, key: string | undefined) => labels?.find((label) => label.key === key)?.html;

/** The options of a question with those that were chosen and those that are right. */
export function optionRows(options: readonly Label[], given: Content | null, review: QuestionReview): Row[] {
  const keys = (content: Content | null) =>
    content?.choices ?? (content?.value !== undefined ? [String(content.value)] : content?.choice ? [content.choice] : []);
  const [chosen, right] = [keys(given), keys(review.right)];
  return options.map(({ key, html }) => ({
    key,
    html,
    chosen: chosen.includes(key),
    isRight: right.includes(key),
    ...(chosen.includes(key) ? { ok: right.includes(key) } : {}),
    ...feedback(review, key),
  }));
}

/** The parts of a matching or sorting question with what was put to each. */
export function partRows(prompt: Prompt, given: Content | null, review: QuestionReview): Row[] {
  const field = prompt.kind === 'matching' ? 'pairs' : 'groups';
  const [parts, places] = prompt.kind === 'matching' ? [prompt.left, prompt.right] : [prompt.items, prompt.categories];
  return (parts ?? []).map(({ key, html }) => {
    const [mine, proper] = [given?.[field]?.[key], review.right[field]?.[key]];
    return row(key, html, words(places, mine), words(places, proper), mine !== undefined && mine === proper, review);
  });
}

/** The right order, with the place that each item was given. */
export function orderRows(prompt: Prompt, given: Content | null, review: QuestionReview): Row[] {
  return (review.right.order ?? []).map((key, i) => {
    const mine = given?.order?.indexOf(key) ?? -1;
    return row(key, words(prompt.items, key) ?? '', mine < 0 ? undefined : String(mine + 1), undefined, mine === i, review);
  });
}

/** The gaps of a text with what was filled in. */
export function gapRows(prompt: Prompt, given: Content | null, review: QuestionReview): Row[] {
  return (prompt.cloze ?? [])
    .filter((part) => part.gap)
    .map((part) => {
      const gap = part.gap ?? '';
      const say = (value?: string) => part.options?.find((option) => option.key === value)?.text ?? (part.options?.length ? undefined : value);
      const mine = given?.gaps?.[gap];
      const proper = review.accepted?.[gap]?.length ? review.accepted[gap].join(' · ') : say(review.right.gaps?.[gap]);
      return row(gap, '', mine?.trim() ? say(mine) : undefined, proper, review.parts?.[gap] ?? false, review);
    });
}

/** The right number or words of a question that is answered by writing. */
export function writtenRight(review: QuestionReview): string[] {
  const accepted = review.accepted?.[''];
  if (accepted?.length) return accepted;
  return [review.right.number ?? review.right.text ?? ''].filter(Boolean);
}

function row(key: string, html: string, given: string | undefined, right: string | undefined, ok: boolean, review: QuestionReview): Row {
  return {
    key,
    html,
    ...(given === undefined ? {} : { given, ok }),
    ...(right !== undefined && !(given !== undefined && ok) ? { right } : {}),
    ...feedback(review, key),
  };
}

function feedback(review: QuestionReview, key: string): { feedback?: string } {
  const html = review.feedback[key];
  return html ? { feedback: html } : {};
}
