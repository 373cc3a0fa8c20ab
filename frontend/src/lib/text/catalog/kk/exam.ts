/** Kazakh: the language of a test that certifies. */
import type { Translated } from '../../message.ts';
import type en from '../en/exam.ts';

export default {
  'exam.language': 'Тест тілі',
  'exam.why': 'Сертификатқа апаратын тест басынан аяғына дейін бір тілде тапсырылады. Ол бүкіл курс аударылып, аударманы ана тілінде сөйлейтін адам тексерген тілдерде ұсынылады.',
  'exam.start': 'Бастау: {language}',
  'code.language-not-offered': 'Бұл тілде тест ұсынылмайды. Басқа тілді таңдаңыз.',
} satisfies Translated<typeof en>;
