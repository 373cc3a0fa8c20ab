/** Tajik: a self-check, which is answered and scored on the device. */
import type { Translated } from '../../message.ts';
import type en from '../en/check.ts';

export default {
  'selfcheck.private': 'Инро танҳо шумо мебинед',
  'selfcheck.privateText': 'Натиҷа дар ҳамин дастгоҳ ҳисоб мешавад. Ҳеҷ чиз фиристода намешавад, ҳатто он ки шумо кушодед.',
  'selfcheck.show': 'Натиҷаи маро нишон деҳ',
  'selfcheck.result': 'Натиҷаи шумо',
  'selfcheck.of100': '{score} аз 100',
  'selfcheck.tooFew': 'Барои натиҷа ҷавобҳо каманд.',
  'selfcheck.more': 'аз {date} {n} зиёдтар',
  'selfcheck.less': 'аз {date} {n} камтар',
  'selfcheck.same': 'мисли {date}',
  'selfcheck.meaning': 'Ин ташхис нест. Рақами баландтар маънои фишори бештарро дорад. Агар нигарон бошед, бо шахси боэътимод суҳбат кунед.',
  'selfcheck.contacts': 'Ба кӣ муроҷиат карда метавонед',
  'selfcheck.keep': 'Барои муқоиса дар ин дастгоҳ нигоҳ доштан',
  'selfcheck.keptHere': 'Танҳо дар ин дастгоҳ нигоҳ дошта шуд.',
  'selfcheck.forget': 'Нест кардани нигоҳдошта',
  'selfcheck.again': 'Бозгашт ба саволҳо',
} as const satisfies Translated<typeof en>;
