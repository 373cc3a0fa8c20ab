/** Russian: what is asked some months after the certificate, of its holder and of whom they work for. */
import type { Translated } from '../../message.ts';
import type en from '../en/supervisor.ts';

export default {
  'followup.closed': 'Время для ответа прошло.',
  'supervisor.own': 'Спросить и вашего руководителя',
  'supervisor.ownText': 'Руководитель получит письмом четыре вопроса о вашей работе; в письме есть ваше имя и программа. Ответы без имён: вы не видите его ответов, он не видит ваших. Это можно отозвать.',
  'supervisor.other': 'Руководитель',
  'supervisor.otherText': 'Через несколько месяцев после сертификата руководитель получит письмом четыре вопроса; в письме есть имя человека и программа. Ответы без имён. Человек видит адрес и может его отозвать.',
  'supervisor.email': 'Эл. почта руководителя',
  'supervisor.name': 'Указать и спросить',
  'supervisor.asked': 'Спросим: {email}.',
  'supervisor.byOther': 'Этот адрес указал ваш координатор.',
  'supervisor.drop': 'Отозвать и удалить адрес',
  'supervisor.wrong': 'Напишите адрес, например name@example.org.',
  'code.own-address': 'Это адрес самого человека.',
  'code.named-too-often': 'Адрес меняли уже несколько раз.',
} satisfies Translated<typeof en>;
