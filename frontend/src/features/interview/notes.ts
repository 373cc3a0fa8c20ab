/** The notebook and the sorting of facts, as they are kept before they are judged. */
import type { Element } from '../../lib/attempt/types.ts';

export interface Notes {
  revision: number;
  noted: string[];
}

/** The newer of two notebooks; of equal ones the first, so that nothing is drawn again. */
export function newestNotes(mine: Notes, theirs: Notes): Notes {
  return theirs.revision > mine.revision ? { revision: theirs.revision, noted: theirs.noted } : mine;
}

/** What was put under which heading, kept for a reload of this tab. */
export class Sorting {
  readonly #key: string;

  constructor(attempt: string) {
    this.#key = `mostik.sorting.${attempt}`;
  }

  read(): Record<string, Element> {
    try {
      return (JSON.parse(sessionStorage.getItem(this.#key) ?? '{}') as Record<string, Element> | null) ?? {};
    } catch {
      return {};
    }
  }

  write(sorted: Record<string, Element>): void {
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(sorted));
    } catch {
      // Without storage a reload begins the sorting again.
    }
  }

  forget(): void {
    try {
      sessionStorage.removeItem(this.#key);
    } catch {
      // see write
    }
  }
}
