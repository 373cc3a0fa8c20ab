/** Slovak: papers to print and the glossary. */
import type { Translated } from '../../message.ts';
import type en from '../en/paper.ts';

export default {
  'paper.handout': 'Leták na zapamätanie',
  'paper.guide': 'Príručka lektora',
  'paper.run-sheet': 'Plán webinára',
  'paper.game': 'Hra',
  'paper.facilitators': 'Pre lektorov',
  'paper.backs': 'Aj so zadnou stranou kariet',
  'paper.cards': { one: '{n} karta', few: '{n} karty', many: '{n} karty', other: '{n} kariet' },
  'paper.hint': 'Tlačte na A4. Pri hre: plán na jeden hárok, karty na hrubší papier, potom rozstrihajte podľa čiar.',
  'glossary.lead': 'Čo slová znamenajú tu a ako sa povedia v ostatných jazykoch.',
  'glossary.search': 'Hľadať pojem',
  'glossary.course': 'Kurz',
  'glossary.all': 'Všetky kurzy',
  'glossary.none': 'Žiadny pojem nezodpovedá.',
  'glossary.count': { one: '{n} pojem', few: '{n} pojmy', many: '{n} pojmu', other: '{n} pojmov' },
} satisfies Translated<typeof en>;
