/** Kyrgyz: the language of a test that certifies. */
import type { Translated } from '../../message.ts';
import type en from '../en/exam.ts';

export default {
  'exam.language': 'Тесттин тили',
  'exam.why': 'Сертификатка алып баруучу тест башынан аягына чейин бир тилде тапшырылат. Ал бүт курс которулуп, котормону эне тилинде сүйлөгөн адам текшерген тилдерде сунушталат.',
  'exam.start': 'Баштоо: {language}',
  'code.language-not-offered': 'Бул тилде тест сунушталбайт. Башка тилди тандаңыз.',
} satisfies Translated<typeof en>;
