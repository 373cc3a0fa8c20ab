/** Kyrgyz: papers to print and the glossary. */
import type { Translated } from '../../message.ts';
import type en from '../en/paper.ts';

export default {
  'paper.handout': 'Эстелик барак',
  'paper.guide': 'Алып баруучунун колдонмосу',
  'paper.run-sheet': 'Вебинардын планы',
  'paper.game': 'Оюн',
  'paper.facilitators': 'Алып баруучуларга',
  'paper.backs': 'Карточкалардын арткы бети менен',
  'paper.cards': { one: '{n} карточка', other: '{n} карточка' },
  'paper.hint': 'A4 барагына басып чыгарыңыз. Оюн үчүн: талаа бир баракка, карточкалар калың кагазга басылат, андан кийин сызык боюнча кесиңиз.',
  'glossary.lead': 'Сөздөр бул жерде эмнени билдирет жана башка тилдерде кандай аталат.',
  'glossary.search': 'Терминди табуу',
  'glossary.course': 'Курс',
  'glossary.all': 'Бардык курстар',
  'glossary.none': 'Ылайыктуу термин жок.',
  'glossary.count': { one: '{n} термин', other: '{n} термин' },
} satisfies Translated<typeof en>;
