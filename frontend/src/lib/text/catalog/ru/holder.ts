/** Russian: what the holder of a certificate reads beside it. */
import type { Translated } from '../../message.ts';
import type en from '../en/holder.ts';

export default {
  'certificate.participation': 'Сертификат об участии.',
  'certificate.fromPaper': 'Внесён с бумажного документа, который выдан организацией «{issuer}».',
  'certificate.renewNow': 'Его уже можно продлить: по сокращённой программе или через координатора.',
  'certificate.renewFrom': 'Продлить его можно с {date}.',
  'certificate.ask': 'Почему и что можно сделать, скажет ваш координатор.',
  'certificate.newer': 'К новому сертификату',
  'certificate.scan': 'Скачать скан',
  'certificate.recognised': 'Кем признаётся',
} satisfies Translated<typeof en>;
