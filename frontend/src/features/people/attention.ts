/** What needs attention, as a sentence that says what to do. */
import type { Attention } from '../../lib/api/staff.ts';
import { t } from '../../lib/text/text.svelte.ts';

const counted = ['to-mark', 'stuck', 'never-signed-in', 'expiring', 'no-trainer', 'no-dates', 'course-problems', 'blocked'] as const;
const plain = ['concern-contacts', 'backup'] as const;

/** The sentence for a code of the server; one that is not known here is named, so that nothing is hidden. */
export function sentenceOf(item: Attention): string {
  const n = Number(item.params?.['n'] ?? item.params?.['count'] ?? 0);
  for (const code of counted) if (item.code === code) return t(`attention.${code}`, { n });
  for (const code of plain) if (item.code === code) return t(`attention.${code}`);
  return t('attention.other', { code: item.code });
}
