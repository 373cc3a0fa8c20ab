/** A poll as whoever makes it writes it, on the calendar and in the room. Pure, so that it can be tested. */
export const pollKinds = ['single', 'multiple', 'scale', 'quiz'] as const;
export type PollKind = (typeof pollKinds)[number];

export interface NewPoll {
  question: string;
  kind: PollKind;
  /** Empty for a scale, which goes from 1 to 5. */
  options: string[];
  /** Places of right answers among the options. */
  right: number[];
  anonymous: boolean;
  /** The results are shown to everybody when the poll is closed. */
  reveal: boolean;
}

export type PollFault = 'poll.needTwo' | 'poll.needRight';

/** Tidies what was typed: answers that were left empty go, and the right one keeps its mark. */
export function tidyPoll(typed: NewPoll): NewPoll | PollFault {
  const named = typed.options.map((text, i) => ({ text: text.trim(), right: typed.right.includes(i) })).filter(({ text }) => text !== '');
  const scale = typed.kind === 'scale';
  const question = typed.question.trim();
  if (!question || (!scale && named.length < 2)) return 'poll.needTwo';
  const right = typed.kind === 'quiz' ? named.flatMap((each, i) => (each.right ? [i] : [])) : [];
  if (typed.kind === 'quiz' && right.length === 0) return 'poll.needRight';
  return { ...typed, question, options: scale ? [] : named.map(({ text }) => text), right };
}

/** The options and right answers as a room takes them. */
export function inRoom(poll: NewPoll): { options: { key: string; text: string }[]; right: string[] } {
  const texts = poll.kind === 'scale' ? ['1', '2', '3', '4', '5'] : poll.options;
  return { options: texts.map((text, i) => ({ key: `o${i + 1}`, text })), right: poll.right.map((i) => `o${i + 1}`) };
}
