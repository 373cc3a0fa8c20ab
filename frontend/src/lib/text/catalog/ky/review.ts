import type { Translated } from '../../message.ts';
import type en from '../en/review.ts';

export default {
  'quiz.waiting': 'Окутуучу дагы окуп жатат',
  'quiz.reasons': 'Жоопторуңуз жана себептери',
  'quiz.state.right': 'Туура',
  'quiz.state.partly': 'Жарым-жартылай туура',
  'quiz.state.wrong': 'Туура эмес',
  'quiz.state.unanswered': 'Жооп берилген жок',
  'quiz.yours': 'Сиздин жообуңуз',
  'quiz.yoursRight': 'Сиздин жообуңуз, туура',
  'quiz.rightOne': 'Туура жооп',
  'quiz.rightIs': 'Туурасы:',
  'quiz.rightOrder': 'Туура ирет',
  'quiz.inPlace': 'Өз ордунда',
  'quiz.placed': 'Сизде {number}-орунда',
  'quiz.comment': 'Окутуучунун пикири',
  'quiz.toResult': 'Жыйынтыкка',
  'quiz.result': 'Жыйынтык',
  'quiz.score': 'упай: {points} / {max}',
  'quiz.toMark': { one: '{n} жоопту окутуучу текшерет; упайы кийин кошулат.', other: '{n} жоопту окутуучу текшерет; упайы кийин кошулат.' },
  'quiz.lateCount': { one: '{n} жооп убакыт бүткөндөн кийин келди: сакталды, бирок эсептелбейт.', other: '{n} жооп убакыт бүткөндөн кийин келди: сакталды, бирок эсептелбейт.' },
  'quiz.reviewPassed': 'Туура жооптор жана себептер тесттен өткөндө же аракет калбаганда ачылат.',
  'quiz.reviewClosed': 'Туура жооптор жана себептер жабылуу күнүнөн кийин ачылат.',
  'quiz.reviewNever': 'Туура жооптор бул жерде көрсөтүлбөйт: ушул эле суроолор аягында кайра келип, эмнени үйрөнгөнүңүздү көрсөтөт.',
  'quiz.attemptsLeft': { one: '{n} аракет калды', other: '{n} аракет калды' },
  'quiz.certificate': 'Курстун талаптары аткарылды: сертификатыңыз даяр.',
} satisfies Translated<typeof en>;
