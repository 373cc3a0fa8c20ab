/** What was typed into a long form and not saved yet, kept in this browser over a reload. */
import { dropDraft, keepDraft, readDraft } from '../draft.ts';
import { site } from '../site.svelte.ts';

/** It is a person's own, for the next one at this device is somebody else. */
const full = (name: string) => `${site.me?.id}/${name}`;

/** A text that two values share when they hold the same, in whatever order: the server gives its members in its own. */
const mark = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => (each && typeof each === 'object' && !Array.isArray(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each));

/** What was kept; nothing when something else was saved since, on which it does not stand. */
export function readUnsaved<T>(name: string, saved: unknown): T | undefined {
  const { of, value } = readDraft(full(name));
  return of === mark(saved) ? (value as T) : undefined;
}

/** Keeps what differs from what the form began with; the same is nothing to keep. */
export function keepUnsaved(name: string, saved: unknown, value: unknown, start: string): void {
  if (JSON.stringify(value) === start) dropDraft(full(name));
  else keepDraft(full(name), { of: mark(saved), value });
}

export const dropUnsaved = (name: string): void => dropDraft(full(name));
