/** Words for what a conversation is judged by. */
import type { Element, End, InterviewScores } from '../../lib/attempt/types.ts';
import type { PlainKey } from '../../lib/text/text.svelte.ts';

export const elementWords: Record<Element, PlainKey> = {
  act: 'interview.act',
  means: 'interview.means',
  purpose: 'interview.purpose',
  none: 'interview.none',
};

export const endWords: Record<End, PlainKey> = {
  referred: 'interview.end.referred',
  stopped: 'interview.end.stopped',
  left: 'interview.end.left',
  harmed: 'interview.end.harmed',
};

export const scoreNames = ['indicators', 'reasoning', 'ethics', 'referral'] as const;
export type ScoreName = (typeof scoreNames)[number];

export const scoreWords: Record<ScoreName, { title: PlainKey; about: PlainKey }> = {
  indicators: { title: 'interview.score.indicators', about: 'interview.about.indicators' },
  reasoning: { title: 'interview.score.reasoning', about: 'interview.about.reasoning' },
  ethics: { title: 'interview.score.ethics', about: 'interview.about.ethics' },
  referral: { title: 'interview.score.referral', about: 'interview.about.referral' },
};

/** A score in a word. The pass mark decides, not the figure alone: a grave fault fails ethics by itself. */
export function verdict(scores: InterviewScores, name: ScoreName): PlainKey {
  if (!scores.passed_each[name]) return 'interview.lookAgain';
  return scores[name] >= 90 ? 'interview.veryGood' : 'interview.good';
}

/** The headings to sort under: in a child's case the means do not matter, and are not asked for. */
export function elementsOf(child: boolean): Element[] {
  return child ? ['act', 'purpose', 'none'] : ['act', 'means', 'purpose', 'none'];
}
