/** Tajik: what is asked some months after the certificate, of its holder and of whom they work for. */
import type { Translated } from '../../message.ts';
import type en from '../en/supervisor.ts';

export default {
  'followup.closed': 'Вақти ҷавоб гузашт.',
  'supervisor.own': 'Аз роҳбаратон низ пурсидан',
  'supervisor.ownText': 'Ба ӯ чор савол дар бораи кори шумо бо нома меояд; дар нома номи шумо ва барнома ҳаст. Ҷавобҳо бе номанд: шумо ҷавоби ӯро намебинед, ӯ ҷавоби шуморо. Инро бозпас гирифтан мумкин аст.',
  'supervisor.other': 'Роҳбар',
  'supervisor.otherText': 'Чанд моҳ пас аз сертификат ба ӯ чор савол бо нома меояд; дар нома номи шахс ва барнома ҳаст. Ҷавобҳо бе номанд. Шахс суроғаро мебинад ва метавонад онро бозпас гирад.',
  'supervisor.email': 'Почтаи электронии роҳбар',
  'supervisor.name': 'Нишон додан ва пурсидан',
  'supervisor.asked': 'Мепурсем: {email}.',
  'supervisor.byOther': 'Ин суроғаро ҳамоҳангсози шумо нишон дод.',
  'supervisor.drop': 'Бозпас гирифтан ва нест кардани суроға',
  'supervisor.wrong': 'Суроғаро нависед, масалан name@example.org.',
  'code.own-address': 'Ин суроғаи худи шахс аст.',
  'code.named-too-often': 'Суроға аллакай чанд бор иваз шудааст.',
} satisfies Translated<typeof en>;
