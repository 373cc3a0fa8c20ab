/** Slovak: a self-check, which is answered and scored on the device. */
import type { Translated } from '../../message.ts';
import type en from '../en/check.ts';

export default {
  'selfcheck.private': 'Toto vidíte len vy',
  'selfcheck.privateText': 'Vyhodnocuje sa v tomto zariadení. Nič sa neposiela, ani to, že ste ho otvorili.',
  'selfcheck.show': 'Zobraziť môj výsledok',
  'selfcheck.result': 'Váš výsledok',
  'selfcheck.of100': '{score} zo 100',
  'selfcheck.tooFew': 'Na výsledok je málo odpovedí.',
  'selfcheck.more': 'o {n} viac než {date}',
  'selfcheck.less': 'o {n} menej než {date}',
  'selfcheck.same': 'ako {date}',
  'selfcheck.meaning': 'Toto nie je diagnóza. Vyššie číslo znamená väčšiu záťaž. Ak vás číslo znepokojuje, porozprávajte sa s niekým, komu dôverujete.',
  'selfcheck.contacts': 'Na koho sa môžete obrátiť',
  'selfcheck.keep': 'Uložiť v tomto zariadení na porovnanie',
  'selfcheck.keptHere': 'Uložené len v tomto zariadení.',
  'selfcheck.forget': 'Vymazať uložené',
  'selfcheck.again': 'Späť k otázkam',
} as const satisfies Translated<typeof en>;
