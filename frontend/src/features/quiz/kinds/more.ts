/** The kinds of questions that are not answered by choosing alone. */
import Categorise from './Categorise.svelte';
import Cloze from './Cloze.svelte';
import Matching from './Matching.svelte';
import Ordering from './Ordering.svelte';
import Written from './Written.svelte';

export const more = {
  matching: Matching,
  ordering: Ordering,
  categorise: Categorise,
  numeric: Written,
  short: Written,
  open: Written,
  cloze: Cloze,
} as const;
