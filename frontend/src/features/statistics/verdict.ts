/** A verdict on a question, where the server gives none or too few answered. */
import type { QuestionStats, Verdict } from '../../lib/api/staff.ts';

/** Fewer answers than this judge nobody's question. */
export const enough = 10;

/** The verdict to show; none when too few have answered. */
export function verdictOf(question: QuestionStats): Verdict | undefined {
  return question.n < enough ? undefined : (question.verdict ?? 'ok');
}

export function needsLook(question: QuestionStats): boolean {
  const verdict = verdictOf(question);
  return verdict !== undefined && verdict !== 'ok';
}

const weight: Record<Verdict, number> = { distractor: 0, weak: 1, 'too-hard': 2, 'too-easy': 3, ok: 4 };

/** Questions that need a look first, the gravest at the top; equal ones keep the order of the course. */
export function byNeed(questions: readonly QuestionStats[]): QuestionStats[] {
  const rank = (question: QuestionStats) => weight[verdictOf(question) ?? 'ok'];
  return [...questions].sort((a, b) => rank(a) - rank(b));
}

/** The share of people who chose an option; 0 when nobody answered. */
export function shareOf(count: number, n: number): number {
  return n > 0 ? count / n : 0;
}
