/** Tajik: what the holder of a certificate reads beside it. */
import type { Translated } from '../../message.ts';
import type en from '../en/holder.ts';

export default {
  'certificate.participation': 'Сертификати иштирок.',
  'certificate.fromPaper': 'Аз ҳуҷҷати коғазие ворид шудааст, ки «{issuer}» додааст.',
  'certificate.renewNow': 'Ҳоло онро дароз кардан мумкин: бо роҳи кӯтоҳи барнома ё тавассути ҳамоҳангсоз.',
  'certificate.renewFrom': 'Онро аз {date} дароз кардан мумкин.',
  'certificate.ask': 'Чаро ва чӣ кор кардан мумкин, ҳамоҳангсозатон мегӯяд.',
  'certificate.newer': 'Ба сертификати нав',
  'certificate.scan': 'Боргирии скан',
  'certificate.recognised': 'Кӣ эътироф мекунад',
} satisfies Translated<typeof en>;
