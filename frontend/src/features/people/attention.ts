/** What needs attention, as a sentence that says what to do. */
import type { Attention } from '../../lib/api/staff.ts';
import { t } from '../../lib/text/text.svelte.ts';

const known = ['never-signed-in', 'blocked', 'to-mark', 'stuck', 'expiring', 'no-trainer'] as const;

/** The sentence for a code of the server; one that is not known here is named, so that nothing is hidden. */
export function sentenceOf(item: Attention): string {
  for (const code of known) if (item.code === code) return t(`attention.${code}`, { n: item.params?.['count'] ?? 0 });
  return t('attention.other', { code: item.code });
}
