/** Each part of a rule as a sentence. */
import { t } from '../../lib/text/text.svelte.ts';
import type { GroupKind, LeafKind } from './types.ts';

export const isGroup = (kind: string): kind is GroupKind => kind === 'all' || kind === 'any' || kind === 'at_least';

/** One leaf as a sentence. */
export function sentence(kind: LeafKind, title: string, least: number, months: number): string {
  switch (kind) {
    case 'course':
      return least > 0 ? t('programme.leaf.courseAt', { title, n: least }) : t('programme.leaf.course', { title });
    case 'webinar':
      return t('programme.leaf.webinar', { title, n: least });
    case 'quiz':
      return t('programme.leaf.quiz', { title, n: least });
    case 'day':
      return least > 1 ? t('programme.leaf.days', { title, n: least }) : t('programme.leaf.day', { title });
    case 'evidence':
      return months > 0 ? t('programme.leaf.evidenceWithin', { title, n: months }) : t('programme.leaf.evidence', { title });
    case 'practice':
      return t('programme.leaf.practice', { title });
    case 'programme':
      return t('programme.leaf.programme', { title });
  }
}

/** How a group begins. */
export function heading(kind: GroupKind, count: number): string {
  if (kind === 'at_least') return t('programme.atLeast', { n: count });
  return t(kind === 'all' ? 'programme.all' : 'programme.any');
}
