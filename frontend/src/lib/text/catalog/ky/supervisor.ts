/** Kyrgyz: what is asked some months after the certificate, of its holder and of whom they work for. */
import type { Translated } from '../../message.ts';
import type en from '../en/supervisor.ts';

export default {
  'followup.closed': 'Жооп берүү убактысы бүттү.',
  'supervisor.own': 'Жетекчиңизден да суроо',
  'supervisor.ownText': 'Ага ишиңиз тууралуу төрт суроо кат менен келет; катта сиздин атыңыз жана программа бар. Жоопторунда аты жок: сиз анын жообун, ал сиздин жообуңузду көрбөйт. Муну кайтарып алса болот.',
  'supervisor.other': 'Жетекчиси',
  'supervisor.otherText': 'Сертификаттан бир нече ай өткөндө ага төрт суроо кат менен келет; катта адамдын аты жана программа бар. Жоопторунда аты жок. Адам даректи көрөт жана кайтарып ала алат.',
  'supervisor.email': 'Жетекчинин эл. почтасы',
  'supervisor.name': 'Көрсөтүү жана суроо',
  'supervisor.asked': 'Сурайбыз: {email}.',
  'supervisor.byOther': 'Бул даректи координаторуңуз көрсөттү.',
  'supervisor.drop': 'Кайтарып алуу жана даректи өчүрүү',
  'supervisor.wrong': 'Даректи жазыңыз, мисалы name@example.org.',
  'code.own-address': 'Бул адамдын өзүнүн дареги.',
  'code.named-too-often': 'Дарек бир нече жолу өзгөртүлдү.',
} satisfies Translated<typeof en>;
