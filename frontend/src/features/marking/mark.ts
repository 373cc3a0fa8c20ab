/** What a mark must hold before it is sent, and what is sent. */
import type { Criterion, MarkItem } from '../../lib/api/staff.ts';
import type { Draft } from './drafts.ts';

export interface Mark {
  points?: number;
  rubric?: Record<string, number>;
  comment: string;
}

/** A number as people write it, with a comma or a point; nothing when it is none. */
export function readPoints(text: string): number | undefined {
  const trimmed = text.trim().replace(',', '.');
  if (!/^\d+(\.\d+)?$/.test(trimmed)) return undefined;
  return Number(trimmed);
}

/** The sum of a rubric's points; undefined while a line has none. */
export function rubricSum(rubric: readonly Criterion[], given: Record<string, string>): number | undefined {
  let sum = 0;
  for (const line of rubric) {
    const points = readPoints(given[line.key] ?? '');
    if (points === undefined || points > line.points) return undefined;
    sum += points;
  }
  return sum;
}

type Fault = 'points' | 'rubric' | 'comment';

/** The mark, or the field that is not right yet. */
export function markOf(item: MarkItem, draft: Draft): Mark | { fault: Fault } {
  const comment = draft.comment.trim();
  if (item.rubric && item.rubric.length > 0) {
    if (rubricSum(item.rubric, draft.rubric) === undefined) return { fault: 'rubric' };
    return { rubric: Object.fromEntries(item.rubric.map((line) => [line.key, readPoints(draft.rubric[line.key] ?? '') ?? 0])), comment };
  }
  if (item.points_max > 0) {
    const points = readPoints(draft.points);
    if (points === undefined || points > item.points_max) return { fault: 'points' };
    return { points, comment };
  }
  return comment ? { comment } : { fault: 'comment' };
}
