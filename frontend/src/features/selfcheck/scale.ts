/** Scoring a self-check on the device: nothing of it is sent anywhere. */
import type { SelfCheck } from '../../lib/study/types.ts';

export interface ScaleScore {
  key: string;
  title: string;
  about: string;
  /** 0 to 100, higher is more strain; nothing when too few questions were answered. */
  score: number | undefined;
}

/**
 * Scores each scale as the mean of its answered items (Kristensen et al. 2005): an answer counts the value of
 * its place in the frame, turned round where the item is reversed.
 */
export function scores(check: SelfCheck, answers: Readonly<Record<string, number>>): ScaleScore[] {
  return check.scales.map((scale) => {
    const values = scale.items.map((key) => value(check, key, answers[key])).filter((v): v is number => v !== undefined);
    const enough = values.length >= Math.max(1, scale.min_answered);
    const score = enough ? values.reduce((sum, v) => sum + v, 0) / values.length : undefined;
    return { key: scale.key, title: scale.title, about: scale.about, score };
  });
}

function value(check: SelfCheck, key: string, place: number | undefined): number | undefined {
  const item = check.items.find((each) => each.key === key);
  const steps = item && check.frames[item.frame];
  if (place === undefined || !steps) return undefined;
  return steps[item.reversed ? steps.length - 1 - place : place]?.value;
}
