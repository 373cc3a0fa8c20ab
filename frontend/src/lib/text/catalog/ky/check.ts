/** Kyrgyz: a self-check, which is answered and scored on the device. */
import type { Translated } from '../../message.ts';
import type en from '../en/check.ts';

export default {
  'selfcheck.private': 'Муну сиз гана көрөсүз',
  'selfcheck.privateText': 'Жыйынтык ушул түзмөктө эсептелет. Эч нерсе жөнөтүлбөйт, ачканыңыз да.',
  'selfcheck.show': 'Жыйынтыгымды көрсөтүү',
  'selfcheck.result': 'Сиздин жыйынтык',
  'selfcheck.of100': '100дөн {score}',
  'selfcheck.tooFew': 'Жыйынтык үчүн жооп өтө аз.',
  'selfcheck.more': '{date} караганда {n} көп',
  'selfcheck.less': '{date} караганда {n} аз',
  'selfcheck.same': '{date} күнкүдөй',
  'selfcheck.meaning': 'Бул диагноз эмес. Сан чоң болсо, жүк көбүрөөк. Тынчсызданып жатсаңыз, ишенген адамыңыз менен сүйлөшүңүз.',
  'selfcheck.contacts': 'Кимге кайрылса болот',
  'selfcheck.keep': 'Салыштыруу үчүн ушул түзмөктө сактоо',
  'selfcheck.keptHere': 'Ушул түзмөктө гана сакталды.',
  'selfcheck.forget': 'Сакталганды өчүрүү',
  'selfcheck.again': 'Суроолорго кайтуу',
} as const satisfies Translated<typeof en>;
