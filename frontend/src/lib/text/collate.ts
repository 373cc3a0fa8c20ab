/**
 * Sorting by each language's alphabet, from own tables: browsers sort no Kazakh, Kyrgyz or Tajik, and
 * Slovak only where its data is installed. A list that a person scans must follow their alphabet.
 */
import type { Lang } from './lang.ts';

const latin = 'a b c d e f g h i j k l m n o p q r s t u v w x y z';
const cyrillic = 'а б в г ґ д е ё є ж з и і ї й к л м н о п р с т у ў ф х ц ч ш щ ъ ы ь э ю я';

/** Letters of the language in order; those of one place that differ by a mark are joined by "=". */
const alphabets: Record<Lang, readonly string[]> = {
  en: [latin, cyrillic],
  ru: ['а б в г ґ д е=ё є ж з и і ї й к л м н о п р с т у ў ф х ц ч ш щ ъ ы ь э ю я', latin],
  sk: ['a=á ä b c č d=ď e=é f g h ch i=í j k l=ĺ=ľ m n=ň o=ó ô p q r=ŕ s š t=ť u=ú v w x y=ý z ž', cyrillic],
  kk: ['а ә б в г ғ д е ё ж з и й к қ л м н ң о ө п р с т у ұ ү ф х һ ц ч ш щ ъ ы і ь э ю я', latin],
  tg: ['а б в г ғ д е ё ж з и ӣ й к қ л м н о п р с т у ӯ ф х ҳ ц ч ҷ ш щ ъ ы ь э ю я', latin],
  ky: ['а б в г д е ё ж з и й к л м н ң о ө п р с т у ү ф х ц ч ш щ ъ ы ь э ю я', latin],
};

interface Order {
  primary: Map<string, number>;
  secondary: Map<string, number>;
}

const orders = new Map<Lang, Order>();

function order(lang: Lang): Order {
  let known = orders.get(lang);
  if (!known) {
    known = { primary: new Map(), secondary: new Map() };
    const places = alphabets[lang].join(' ').split(' ');
    for (const [place, letters] of places.entries()) {
      for (const [mark, letter] of letters.split('=').entries()) {
        known.primary.set(letter, place + 1);
        known.secondary.set(letter, mark);
      }
    }
    orders.set(lang, known);
  }
  return known;
}

/** Letters that Unicode does not take apart, with the plain letter beside which a foreign reader looks. */
const plain: Record<string, string> = {
  ...{ ә: 'а', ғ: 'г', қ: 'к', ң: 'н', ө: 'о', ұ: 'у', ү: 'у', һ: 'х', ҳ: 'х', ҷ: 'ч' },
  ...{ ł: 'l', ø: 'o', đ: 'd', ı: 'i' },
};

const afterLetters = 100_000;

/** Compares two strings as a dictionary of the language does: letters first, then marks, then case. */
export function compare(lang: Lang, a: string, b: string): number {
  const [left, right] = [weigh(lang, a), weigh(lang, b)];
  return (
    lexical(left.primary, right.primary) ||
    lexical(left.secondary, right.secondary) ||
    (a === b ? 0 : a.toLowerCase() === b.toLowerCase() ? (a > b ? -1 : 1) : a < b ? -1 : 1)
  );
}

/** A comparer for Array.sort. */
export function collator(lang: Lang): (a: string, b: string) => number {
  return (a, b) => compare(lang, a, b);
}

interface Weights {
  primary: number[];
  secondary: number[];
}

function weigh(lang: Lang, text: string): Weights {
  const { primary, secondary } = order(lang);
  const weights: Weights = { primary: [], secondary: [] };
  const letters = [...text.normalize('NFC').toLowerCase()];
  for (let i = 0; i < letters.length; i++) {
    let letter = letters[i] ?? '';
    if (lang === 'sk' && letter === 'c' && letters[i + 1] === 'h') {
      letter = 'ch';
      i++;
    }
    let [place, mark] = [primary.get(letter), secondary.get(letter) ?? 0];
    if (place === undefined) {
      // A letter with a mark the language does not use stands with its plain letter.
      place = primary.get(plain[letter] ?? letter.normalize('NFD').charAt(0));
      mark = 50;
    }
    if (place === undefined) place = other(letter);
    weights.primary.push(place);
    weights.secondary.push(mark);
  }
  return weights;
}

/** Spaces and signs come before digits, digits before letters, unknown scripts after them. */
function other(letter: string): number {
  const code = letter.codePointAt(0) ?? 0;
  if (letter >= '0' && letter <= '9') return -10 + Number(letter);
  return code < 0x80 || /[\p{P}\p{Z}]/u.test(letter) ? -afterLetters + code : afterLetters + code;
}

function lexical(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
