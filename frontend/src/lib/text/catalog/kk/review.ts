import type { Translated } from '../../message.ts';
import type en from '../en/review.ts';

export default {
  'quiz.waiting': 'Оқытушы әлі оқып жатыр',
  'quiz.reasons': 'Жауаптарыңыз және себептері',
  'quiz.state.right': 'Дұрыс',
  'quiz.state.partly': 'Ішінара дұрыс',
  'quiz.state.wrong': 'Дұрыс емес',
  'quiz.state.unanswered': 'Жауап берілмеді',
  'quiz.yours': 'Сіздің жауабыңыз',
  'quiz.yoursRight': 'Сіздің жауабыңыз, дұрыс',
  'quiz.rightOne': 'Дұрыс жауап',
  'quiz.rightIs': 'Дұрысы:',
  'quiz.rightOrder': 'Дұрыс рет',
  'quiz.inPlace': 'Өз орнында',
  'quiz.placed': 'Сізде {number}-орында',
  'quiz.comment': 'Оқытушының пікірі',
  'quiz.toResult': 'Нәтижеге',
  'quiz.result': 'Нәтиже',
  'quiz.score': 'ұпай: {points} / {max}',
  'quiz.toMark': { one: '{n} жауапты оқытушы тексереді; ұпайы кейін қосылады.', other: '{n} жауапты оқытушы тексереді; ұпайы кейін қосылады.' },
  'quiz.lateCount': { one: '{n} жауап уақыт біткен соң келді: сақталды, бірақ есептелмейді.', other: '{n} жауап уақыт біткен соң келді: сақталды, бірақ есептелмейді.' },
  'quiz.reviewPassed': 'Дұрыс жауаптар мен себептер тесттен өткенде немесе әрекет қалмағанда ашылады.',
  'quiz.reviewClosed': 'Дұрыс жауаптар мен себептер жабылу күнінен кейін ашылады.',
  'quiz.reviewNever': 'Дұрыс жауаптар мұнда көрсетілмейді: сол сұрақтар соңында қайта келіп, не үйренгеніңізді көрсетеді.',
  'quiz.attemptsLeft': { one: '{n} әрекет қалды', other: '{n} әрекет қалды' },
  'quiz.certificate': 'Курстың талаптары орындалды: сертификатыңыз дайын.',
} satisfies Translated<typeof en>;
