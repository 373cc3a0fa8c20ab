/** Results of self-checks that a person chose to keep: in this browser's storage and nowhere else. */

interface Kept {
  at: number;
  scores: Record<string, number>;
}

const key = (name: string) => `mostik.check.${name}`;

/** The result kept last, if there is one. */
export function lastResult(name: string): Kept | undefined {
  try {
    const list = JSON.parse(localStorage.getItem(key(name)) ?? '[]') as Kept[];
    return list.at(-1);
  } catch {
    return undefined; // storage is closed, or holds something else
  }
}

export function keepResult(name: string, scores: Record<string, number>, at = Date.now()): void {
  try {
    localStorage.setItem(key(name), JSON.stringify([{ at, scores } satisfies Kept]));
  } catch {
    // A private window keeps nothing, which is what it was opened for.
  }
}

export function forgetResults(name: string): void {
  try {
    localStorage.removeItem(key(name));
  } catch {
    // as above
  }
}
