/** The rest of a list that the server gives page by page. */
import { explain, type Sentences } from '../failure.ts';

export interface Paged<Item> {
  items: readonly Item[];
  /** The mark at which the next page begins; nothing on the last. */
  next: string;
}

/** What was read after the first page. It belongs to that page: another filter, another list, and it is gone. */
export class More<Item, Page extends Paged<Item> = Paged<Item>> {
  busy = $state(false);
  failure = $state.raw<Sentences>();
  readonly #first: () => Page;
  readonly #read: (after: string) => Promise<Page>;
  #got = $state.raw<{ of: Page; items: readonly Item[]; next: string }>();

  constructor(first: () => Page, read: (after: string) => Promise<Page>) {
    this.#first = first;
    this.#read = read;
  }

  /** All that is shown: the first page and what was read after it. */
  get items(): readonly Item[] {
    const first = this.#first();
    return this.#got?.of === first ? [...first.items, ...this.#got.items] : first.items;
  }

  get next(): string {
    const first = this.#first();
    return this.#got?.of === first ? this.#got.next : first.next;
  }

  /** Reads one page more. One that comes when another list is shown is thrown away. */
  async read(): Promise<void> {
    if (this.busy) return;
    const of = this.#first();
    const before = this.#got?.of === of ? this.#got.items : [];
    this.busy = true;
    this.failure = undefined;
    try {
      const page = await this.#read(this.next);
      if (this.#first() === of) this.#got = { of, items: [...before, ...page.items], next: page.next };
    } catch (cause) {
      if (this.#first() === of) this.failure = explain(cause);
    } finally {
      this.busy = false;
    }
  }
}
