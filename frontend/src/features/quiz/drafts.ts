/**
 * What was tapped or typed and is not yet in the outbox: written at once, where a reload finds it, and
 * taken away when the outbox has it. The store lives as long as the tab.
 */
import type { Content } from '../../lib/attempt/types.ts';

export interface Draft {
  revision: number;
  content: Content | null;
}

type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export class Drafts {
  readonly #key: string;
  readonly #shelf: () => Shelf;
  #all: Record<string, Draft>;

  constructor(attempt: string, shelf: () => Shelf = () => sessionStorage) {
    this.#key = `mostik.draft.${attempt}`;
    this.#shelf = shelf;
    this.#all = this.#read();
  }

  get all(): Readonly<Record<string, Draft>> {
    return this.#all;
  }

  put(question: string, draft: Draft): void {
    this.#all = { ...this.#all, [question]: draft };
    this.#write();
  }

  /** Takes a draft away, unless a newer one has come in the meantime. */
  drop(question: string, revision: number): void {
    if (this.#all[question]?.revision !== revision) return;
    this.#all = Object.fromEntries(Object.entries(this.#all).filter(([key]) => key !== question));
    this.#write();
  }

  #read(): Record<string, Draft> {
    try {
      return (JSON.parse(this.#shelf().getItem(this.#key) ?? '{}') as Record<string, Draft> | null) ?? {};
    } catch {
      return {}; // storage is off, or holds something foreign
    }
  }

  #write(): void {
    try {
      if (Object.keys(this.#all).length === 0) this.#shelf().removeItem(this.#key);
      else this.#shelf().setItem(this.#key, JSON.stringify(this.#all));
    } catch {
      // Without storage the outbox alone keeps answers, a moment later.
    }
  }
}
