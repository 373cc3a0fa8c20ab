/** Drafts of what was not handed in yet: in this browser, so that a reload loses nothing. */

const key = (name: string) => `mostik.draft.${name}`;

export function readDraft(name: string): Record<string, unknown> {
  try {
    return JSON.parse(localStorage.getItem(key(name)) ?? '{}') as Record<string, unknown>;
  } catch {
    return {}; // storage is closed, or holds something else
  }
}

export function keepDraft(name: string, fields: Record<string, unknown>): void {
  try {
    localStorage.setItem(key(name), JSON.stringify(fields));
  } catch {
    // The page itself still holds it.
  }
}

export function dropDraft(name: string): void {
  try {
    localStorage.removeItem(key(name));
  } catch {
    // as above
  }
}
