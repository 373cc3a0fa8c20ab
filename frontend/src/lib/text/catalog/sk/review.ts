import type { Translated } from '../../message.ts';
import type en from '../en/review.ts';

export default {
  'quiz.waiting': 'Školiteľ ešte číta',
  'quiz.reasons': 'Vaše odpovede a dôvody',
  'quiz.state.right': 'Správne',
  'quiz.state.partly': 'Čiastočne správne',
  'quiz.state.wrong': 'Nesprávne',
  'quiz.state.unanswered': 'Bez odpovede',
  'quiz.yours': 'Vaša odpoveď',
  'quiz.yoursRight': 'Vaša odpoveď, správne',
  'quiz.rightOne': 'Správna odpoveď',
  'quiz.rightIs': 'Správne:',
  'quiz.rightOrder': 'Správne poradie',
  'quiz.inPlace': 'Na svojom mieste',
  'quiz.placed': 'U vás na mieste {number}',
  'quiz.comment': 'Komentár školiteľa',
  'quiz.toResult': 'K výsledku',
  'quiz.result': 'Výsledok',
  'quiz.score': 'body: {points} z {max}',
  'quiz.toMark': { one: '{n} odpoveď hodnotí školiteľ; body sa pripočítajú potom.', few: '{n} odpovede hodnotí školiteľ; body sa pripočítajú potom.', many: '{n} odpovede hodnotí školiteľ; body sa pripočítajú potom.', other: '{n} odpovedí hodnotí školiteľ; body sa pripočítajú potom.' },
  'quiz.lateCount': { one: '{n} odpoveď prišla po čase: je uchovaná a nezapočítava sa.', few: '{n} odpovede prišli po čase: sú uchované a nezapočítavajú sa.', many: '{n} odpovede prišlo po čase: sú uchované a nezapočítavajú sa.', other: '{n} odpovedí prišlo po čase: sú uchované a nezapočítavajú sa.' },
  'quiz.reviewPassed': 'Správne odpovede a dôvody uvidíte, keď test splníte alebo nezostane žiadny pokus.',
  'quiz.reviewClosed': 'Správne odpovede a dôvody uvidíte po dátume uzavretia.',
  'quiz.reviewNever': 'Správne odpovede sa tu nezobrazia: rovnaké otázky prídu znova na konci a ukážu, čo ste sa naučili.',
  'quiz.attemptsLeft': { one: 'Zostáva {n} pokus', few: 'Zostávajú {n} pokusy', many: 'Zostáva {n} pokusu', other: 'Zostáva {n} pokusov' },
  'quiz.certificate': 'Splnili ste podmienky kurzu: váš certifikát je pripravený.',
} satisfies Translated<typeof en>;
