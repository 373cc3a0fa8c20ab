/** Slovak: what the holder of a certificate reads beside it. */
import type { Translated } from '../../message.ts';
import type en from '../en/holder.ts';

export default {
  'certificate.participation': 'Potvrdenie o účasti.',
  'certificate.fromPaper': 'Zapísané z papiera, ktorý vydal {issuer}.',
  'certificate.renewNow': 'Teraz ho možno obnoviť: skrátenou cestou programu alebo cez koordinátora.',
  'certificate.renewFrom': 'Obnoviť ho možno od {date}.',
  'certificate.ask': 'Prečo a čo môžete urobiť, vám povie koordinátor.',
  'certificate.newer': 'K novšiemu',
  'certificate.scan': 'Stiahnuť sken',
  'certificate.recognised': 'Uznáva',
} satisfies Translated<typeof en>;
