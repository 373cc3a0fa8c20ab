/** Tajik: papers to print and the glossary. */
import type { Translated } from '../../message.ts';
import type en from '../en/paper.ts';

export default {
  'paper.handout': 'Варақаи ёддошт',
  'paper.guide': 'Дастур барои баранда',
  'paper.run-sheet': 'Нақшаи вебинар',
  'paper.game': 'Бозӣ',
  'paper.facilitators': 'Барои барандагон',
  'paper.backs': 'Бо пушти кортҳо',
  'paper.cards': { other: '{n} корт' },
  'paper.hint': 'Дар варақи A4 чоп кунед. Барои бозӣ: майдонча дар як варақ, кортҳо дар коғази ғафс, баъд аз рӯи хатҳо буред.',
  'glossary.lead': 'Калимаҳо дар ин ҷо чӣ маъно доранд ва дар забонҳои дигар чӣ ном доранд.',
  'glossary.search': 'Ҷустуҷӯи истилоҳ',
  'glossary.course': 'Курс',
  'glossary.all': 'Ҳамаи курсҳо',
  'glossary.none': 'Истилоҳи мувофиқ нест.',
  'glossary.count': { other: '{n} истилоҳ' },
} satisfies Translated<typeof en>;
