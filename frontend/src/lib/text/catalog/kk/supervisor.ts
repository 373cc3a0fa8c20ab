/** Kazakh: what is asked some months after the certificate, of its holder and of whom they work for. */
import type { Translated } from '../../message.ts';
import type en from '../en/supervisor.ts';

export default {
  'followup.closed': 'Жауап беру уақыты өтті.',
  'supervisor.own': 'Басшыңыздан да сұрау',
  'supervisor.ownText': 'Оған жұмысыңыз туралы төрт сұрақ хатпен келеді; хатта сіздің атыңыз бен бағдарлама бар. Жауаптарда аты жоқ: сіз оның жауабын, ол сіздің жауабыңызды көрмейді. Мұны қайтарып алуға болады.',
  'supervisor.other': 'Басшысы',
  'supervisor.otherText': 'Сертификаттан бірнеше ай өткенде оған төрт сұрақ хатпен келеді; хатта адамның аты мен бағдарлама бар. Жауаптарда аты жоқ. Адам мекенжайды көреді және қайтарып ала алады.',
  'supervisor.email': 'Басшының эл. поштасы',
  'supervisor.name': 'Көрсету және сұрау',
  'supervisor.asked': 'Сұраймыз: {email}.',
  'supervisor.byOther': 'Бұл мекенжайды координаторыңыз көрсетті.',
  'supervisor.drop': 'Қайтарып алу және мекенжайды жою',
  'supervisor.wrong': 'Мекенжайды жазыңыз, мысалы name@example.org.',
  'code.own-address': 'Бұл адамның өз мекенжайы.',
  'code.named-too-often': 'Мекенжай бірнеше рет өзгертілді.',
} satisfies Translated<typeof en>;
