/** English: what the holder of a certificate reads beside it. Its keys and parameters are the type of every other catalogue. */
import type { Catalog } from '../../message.ts';

export default {
  'certificate.participation': 'A certificate of participation.',
  'certificate.fromPaper': 'Entered from a paper that {issuer} gave.',
  'certificate.renewNow': 'It can be renewed now: by the programme’s shorter way, or ask your coordinator.',
  'certificate.renewFrom': 'It can be renewed from {date} on.',
  'certificate.ask': 'Your coordinator can tell you why, and what you can do.',
  'certificate.newer': 'To the newer one',
  'certificate.scan': 'Download the scan',
  'certificate.recognised': 'Recognised by',
} as const satisfies Catalog;
