/** English: a self-check, which is answered and scored on the device. Its keys and parameters are the type of every other catalogue. */
import type { Catalog } from '../../message.ts';

export default {
  'selfcheck.private': 'Only you see this',
  'selfcheck.privateText': 'It is scored on this device. Nothing is sent, not even that you opened it.',
  'selfcheck.show': 'Show my result',
  'selfcheck.result': 'Your result',
  'selfcheck.of100': '{score} of 100',
  'selfcheck.tooFew': 'Too few answers for a result.',
  'selfcheck.more': '{n} more than on {date}',
  'selfcheck.less': '{n} less than on {date}',
  'selfcheck.same': 'as on {date}',
  'selfcheck.meaning': 'This is not a diagnosis. Higher means more strain. If the number worries you, talk to somebody you trust.',
  'selfcheck.contacts': 'Whom you can turn to',
  'selfcheck.keep': 'Keep on this device for comparison',
  'selfcheck.keptHere': 'Kept on this device only.',
  'selfcheck.forget': 'Forget kept results',
  'selfcheck.again': 'Back to the questions',
} as const satisfies Catalog;
