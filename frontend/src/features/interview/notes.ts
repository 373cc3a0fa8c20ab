/** The notebook and the sorting of facts, as they are kept before they are judged. */
export interface Notes {
  revision: number;
  noted: string[];
}

/** The newer of two notebooks; of equal ones the first, so that nothing is drawn again. */
export function newestNotes(mine: Notes, theirs: Notes): Notes {
  return theirs.revision > mine.revision ? { revision: theirs.revision, noted: theirs.noted } : mine;
}

/** Something kept for a reload of this tab: the sorting so far, a sentence that is on its way. */
export class Kept<T> {
  readonly #key: string;

  constructor(what: string, attempt: string) {
    this.#key = `mostik.${what}.${attempt}`;
  }

  read(): T | undefined {
    try {
      return (JSON.parse(sessionStorage.getItem(this.#key) ?? 'null') as T | null) ?? undefined;
    } catch {
      return undefined;
    }
  }

  /** Undefined takes it away. */
  write(value: T | undefined): void {
    try {
      if (value === undefined) sessionStorage.removeItem(this.#key);
      else sessionStorage.setItem(this.#key, JSON.stringify(value));
    } catch {
      // Without storage a reload begins it again.
    }
  }
}
