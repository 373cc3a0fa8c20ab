/** Slovak: the language of a test that certifies. */
import type { Translated } from '../../message.ts';
import type en from '../en/exam.ts';

export default {
  'exam.language': 'Jazyk testu',
  'exam.why': 'Test, ktorý vedie k certifikátu, sa robí od začiatku do konca v jednom jazyku. Ponúka sa tam, kde je celý kurz preložený a preklad skontroloval rodený hovoriaci.',
  'exam.start': 'Začať: {language}',
  'code.language-not-offered': 'V tomto jazyku sa test neponúka. Vyberte si iný.',
} satisfies Translated<typeof en>;
