import type { Translated } from '../../message.ts';
import type en from '../en/review.ts';

export default {
  'quiz.waiting': 'Омӯзгор ҳанӯз мехонад',
  'quiz.reasons': 'Ҷавобҳои шумо ва сабабҳо',
  'quiz.state.right': 'Дуруст',
  'quiz.state.partly': 'Қисман дуруст',
  'quiz.state.wrong': 'Нодуруст',
  'quiz.state.unanswered': 'Беҷавоб',
  'quiz.yours': 'Ҷавоби шумо',
  'quiz.yoursRight': 'Ҷавоби шумо, дуруст',
  'quiz.rightOne': 'Ҷавоби дуруст',
  'quiz.rightIs': 'Дуруст:',
  'quiz.rightOrder': 'Тартиби дуруст',
  'quiz.inPlace': 'Дар ҷойи худ',
  'quiz.placed': 'Дар шумо дар ҷойи {number}',
  'quiz.comment': 'Шарҳи омӯзгор',
  'quiz.toResult': 'Ба натиҷа',
  'quiz.result': 'Натиҷа',
  'quiz.score': 'хол: {points} аз {max}',
  'quiz.toMark': { other: '{n} ҷавобро омӯзгор месанҷад; холҳо баъдтар илова мешаванд.' },
  'quiz.lateCount': { other: '{n} ҷавоб баъд аз вақт омад: нигоҳ дошта шуд, вале ҳисоб намешавад.' },
  'quiz.reviewPassed': 'Ҷавобҳои дуруст ва сабабҳо вақте кушода мешаванд, ки тестро гузаред ё кӯшише намонад.',
  'quiz.reviewClosed': 'Ҷавобҳои дуруст ва сабабҳо баъд аз санаи пӯшидан кушода мешаванд.',
  'quiz.reviewNever': 'Ҷавобҳои дуруст дар ин ҷо нишон дода намешаванд: ҳамин саволҳо дар охир боз меоянд, то нишон диҳанд, ки чӣ омӯхтед.',
  'quiz.attemptsLeft': { other: '{n} кӯшиш монд' },
  'quiz.certificate': 'Шартҳои ин курс иҷро шуданд: сертификати шумо омода аст.',
} satisfies Translated<typeof en>;
