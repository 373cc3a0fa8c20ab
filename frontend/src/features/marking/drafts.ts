/** Marks that were begun and not sent: kept on this device under the marker's own id until they are sent. */

export interface Draft {
  points: string;
  comment: string;
  /** Points by criterion. */
  rubric: Record<string, string>;
}

export const emptyDraft = (): Draft => ({ points: '', comment: '', rubric: {} });

const name = (marker: string, item: string) => `mostik.mark.${marker}.${item}`;

/** The draft for an item; an unreadable one is as none. */
export function readDraft(store: Pick<Storage, 'getItem'>, marker: string, item: string): Draft | undefined {
  try {
    const found = JSON.parse(store.getItem(name(marker, item)) ?? 'null') as Partial<Draft> | null;
    return found ? { ...emptyDraft(), ...found } : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a draft, or drops it when nothing stands in it. False when the device would not keep it. */
export function keepDraft(store: Pick<Storage, 'setItem' | 'removeItem'>, marker: string, item: string, draft: Draft): boolean {
  const empty = !draft.points.trim() && !draft.comment.trim() && Object.values(draft.rubric).every((value) => !value);
  try {
    if (empty) store.removeItem(name(marker, item));
    else store.setItem(name(marker, item), JSON.stringify(draft));
    return !empty;
  } catch {
    return false; // storage may be full or switched off
  }
}

export function dropDraft(store: Pick<Storage, 'removeItem'>, marker: string, item: string): void {
  try {
    store.removeItem(name(marker, item));
  } catch {
    // as above; the mark itself has been sent
  }
}
