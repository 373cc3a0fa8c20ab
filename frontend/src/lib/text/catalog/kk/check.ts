/** Kazakh: a self-check, which is answered and scored on the device. */
import type { Translated } from '../../message.ts';
import type en from '../en/check.ts';

export default {
  'selfcheck.private': 'Мұны тек сіз көресіз',
  'selfcheck.privateText': 'Нәтиже осы құрылғыда есептеледі. Ештеңе жіберілмейді, тіпті ашқаныңыз да.',
  'selfcheck.show': 'Нәтижемді көрсету',
  'selfcheck.result': 'Сіздің нәтижеңіз',
  'selfcheck.of100': '100-ден {score}',
  'selfcheck.tooFew': 'Нәтиже үшін жауап тым аз.',
  'selfcheck.more': '{date} күнгіден {n} көп',
  'selfcheck.less': '{date} күнгіден {n} аз',
  'selfcheck.same': '{date} күнгідей',
  'selfcheck.meaning': 'Бұл диагноз емес. Сан жоғары болса, жүктеме көбірек. Алаңдасаңыз, сенетін адамыңызбен сөйлесіңіз.',
  'selfcheck.contacts': 'Кімге жүгінуге болады',
  'selfcheck.keep': 'Салыстыру үшін осы құрылғыда сақтау',
  'selfcheck.keptHere': 'Тек осы құрылғыда сақталды.',
  'selfcheck.forget': 'Сақталғанды жою',
  'selfcheck.again': 'Сұрақтарға оралу',
} as const satisfies Translated<typeof en>;
