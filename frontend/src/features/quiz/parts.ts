/**
 * Parts of the quiz that come when they are needed: most questions are answered by choosing, and a review is
 * looked at once. What a paper needs is fetched before it is drawn.
 */
import type { Component } from 'svelte';
import Choices from './kinds/Choices.svelte';
import { useWords } from '../../lib/text/text.svelte.ts';
import type { Prompt, QuestionKind } from '../../lib/attempt/types.ts';
import type { KindProps } from './kinds/props.ts';

type Kinds = Partial<Record<QuestionKind, Component<KindProps>>>;

let kinds: Kinds = { single: Choices, multiple: Choices, truefalse: Choices };

/** Fetches what these questions are answered with. */
export async function loadKinds(questions: readonly Prompt[]): Promise<void> {
  if (questions.every((question) => kinds[question.kind])) return;
  kinds = { ...kinds, ...(await import('./kinds/more.ts')).more };
}

/** What a kind of question is answered with; loadKinds has fetched it. */
export function kindOf(kind: QuestionKind): Component<KindProps> {
  const found = kinds[kind];
  if (!found) throw new Error(`quiz: ${kind} was not loaded`);
  return found;
}

/** Fetches the review with its words. */
export async function loadReview() {
  const [review] = await Promise.all([import('./Review.svelte'), useWords('review')]);
  return review;
}
