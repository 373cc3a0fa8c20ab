/** English: papers to print and the glossary. Its keys and parameters are the type of every other catalogue. */
import type { Catalog } from '../../message.ts';

export default {
  'paper.handout': 'Handout',
  'paper.guide': 'Facilitator’s guide',
  'paper.run-sheet': 'Run-sheet',
  'paper.game': 'Game',
  'paper.facilitators': 'For facilitators',
  'paper.backs': 'With the backs of the cards',
  'paper.cards': { one: '{n} card', other: '{n} cards' },
  'paper.hint': 'Print on A4. For a game: board on one sheet, cards on thick paper, then cut along the lines.',
  'glossary.lead': 'What words mean here, and what they are called in the other languages.',
  'glossary.search': 'Find a term',
  'glossary.course': 'Course',
  'glossary.all': 'All courses',
  'glossary.none': 'No term fits.',
  'glossary.count': { one: '{n} term', other: '{n} terms' },
} as const satisfies Catalog;
