/** English: the language of a test that certifies. Its keys and parameters are the type of every other catalogue. */
import type { Catalog } from '../../message.ts';

export default {
  'exam.language': 'Language of the test',
  'exam.why': 'The test that leads to the certificate is taken in one language from beginning to end. It is offered where the whole course is translated and a native speaker has reviewed it.',
  'exam.start': 'Start in {language}',
  'code.language-not-offered': 'The test is not offered in this language. Please choose another one.',
} as const satisfies Catalog;
