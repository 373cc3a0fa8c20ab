/** English: what questions looked at afterwards adds. Its keys and parameters are the type of every other catalogue. */
import type { Catalog } from '../../message.ts';

export default {
  'quiz.waiting': 'A trainer is still reading',
  'quiz.reasons': 'Your answers and the reasons',
  'quiz.state.right': 'Right',
  'quiz.state.partly': 'Partly right',
  'quiz.state.wrong': 'Not right',
  'quiz.state.unanswered': 'Not answered',
  'quiz.yours': 'Your answer',
  'quiz.yoursRight': 'Your answer, right',
  'quiz.rightOne': 'Right answer',
  'quiz.rightIs': 'Right:',
  'quiz.rightOrder': 'The right order',
  'quiz.inPlace': 'In its place',
  'quiz.placed': 'You put it at {number}',
  'quiz.comment': 'The trainer’s comment',
  'quiz.toResult': 'To the result',
  'quiz.result': 'Result',
  'quiz.score': '{points} of {max} points',
  'quiz.toMark': { one: '{n} answer is with a trainer; its points are added then.', other: '{n} answers are with a trainer; their points are added then.' },
  'quiz.lateCount': { one: '{n} answer came after the time: it is kept and does not count.', other: '{n} answers came after the time: they are kept and do not count.' },
  'quiz.reviewPassed': 'You see the right answers and the reasons when you have passed, or have no attempt left.',
  'quiz.reviewClosed': 'You see the right answers and the reasons after the closing date.',
  'quiz.reviewNever': 'The right answers are not shown here: the same questions come again at the end, to show what you have learnt.',
  'quiz.attemptsLeft': { one: '{n} attempt left', other: '{n} attempts left' },
  'quiz.certificate': 'You have met the rule of this course: your certificate is ready.',
} as const satisfies Catalog;
