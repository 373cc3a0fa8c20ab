/** Tajik: the language of a test that certifies. */
import type { Translated } from '../../message.ts';
import type en from '../en/exam.ts';

export default {
  'exam.language': 'Забони тест',
  'exam.why': 'Тесте, ки ба сертификат мебарад, аз аввал то охир бо як забон супорида мешавад. Он бо забонҳое пешниҳод мешавад, ки тамоми курс тарҷума шудаасту соҳибзабон онро санҷидааст.',
  'exam.start': 'Оғоз: {language}',
  'code.language-not-offered': 'Бо ин забон тест пешниҳод намешавад. Забони дигарро интихоб кунед.',
} satisfies Translated<typeof en>;
