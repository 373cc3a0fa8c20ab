/** Kazakh: papers to print and the glossary. */
import type { Translated } from '../../message.ts';
import type en from '../en/paper.ts';

export default {
  'paper.handout': 'Жадынама',
  'paper.guide': 'Жүргізушіге нұсқаулық',
  'paper.run-sheet': 'Вебинар жоспары',
  'paper.game': 'Ойын',
  'paper.facilitators': 'Жүргізушілерге',
  'paper.backs': 'Карточкалардың артқы бетімен',
  'paper.cards': { one: '{n} карточка', other: '{n} карточка' },
  'paper.hint': 'A4 парағына басып шығарыңыз. Ойын үшін: алаң бір параққа, карточкалар қалың қағазға басылады, содан кейін сызық бойынша қиыңыз.',
  'glossary.lead': 'Сөздердің мұндағы мағынасы және басқа тілдердегі атауы.',
  'glossary.search': 'Терминді табу',
  'glossary.course': 'Курс',
  'glossary.all': 'Барлық курстар',
  'glossary.none': 'Сәйкес термин жоқ.',
  'glossary.count': { one: '{n} термин', other: '{n} термин' },
} satisfies Translated<typeof en>;
