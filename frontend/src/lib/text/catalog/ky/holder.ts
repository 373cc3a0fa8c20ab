/** Kyrgyz: what the holder of a certificate reads beside it. */
import type { Translated } from '../../message.ts';
import type en from '../en/holder.ts';

export default {
  'certificate.participation': 'Катышуу сертификаты.',
  'certificate.fromPaper': '«{issuer}» берген кагаз документтен киргизилген.',
  'certificate.renewNow': 'Аны азыр узартууга болот: программанын кыска жолу менен же координатор аркылуу.',
  'certificate.renewFrom': 'Аны {date} баштап узартууга болот.',
  'certificate.ask': 'Эмне үчүн экенин жана эмне кылууга болорун координаторуңуз айтат.',
  'certificate.newer': 'Жаңысына өтүү',
  'certificate.scan': 'Сканды жүктөп алуу',
  'certificate.recognised': 'Ким тааныйт',
} satisfies Translated<typeof en>;
