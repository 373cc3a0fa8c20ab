/** Russian: papers to print and the glossary. */
import type { Translated } from '../../message.ts';
import type en from '../en/paper.ts';

export default {
  'paper.handout': 'Памятка',
  'paper.guide': 'Руководство ведущего',
  'paper.run-sheet': 'План вебинара',
  'paper.game': 'Игра',
  'paper.facilitators': 'Для ведущих',
  'paper.backs': 'С оборотом карточек',
  'paper.cards': { one: '{n} карточка', few: '{n} карточки', many: '{n} карточек', other: '{n} карточки' },
  'paper.hint': 'Печатайте на A4. Игра: поле на одном листе, карточки на плотной бумаге, затем разрежьте по линиям.',
  'glossary.lead': 'Что слова значат здесь и как они называются на других языках.',
  'glossary.search': 'Найти термин',
  'glossary.course': 'Курс',
  'glossary.all': 'Все курсы',
  'glossary.none': 'Подходящих терминов нет.',
  'glossary.count': { one: '{n} термин', few: '{n} термина', many: '{n} терминов', other: '{n} термина' },
} satisfies Translated<typeof en>;
