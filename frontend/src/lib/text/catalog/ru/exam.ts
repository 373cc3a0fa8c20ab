/** Russian: the language of a test that certifies. */
import type { Translated } from '../../message.ts';
import type en from '../en/exam.ts';

export default {
  'exam.language': 'Язык теста',
  'exam.why': 'Тест, который ведёт к сертификату, проходят на одном языке от начала до конца. Он предлагается там, где весь курс переведён и перевод проверен носителем языка.',
  'exam.start': 'Начать: {language}',
  'code.language-not-offered': 'На этом языке тест не предлагается. Выберите другой.',
} satisfies Translated<typeof en>;
