/**
 * What the room told, as maps that never change: each telling makes a new one, so that a page sees by
 * identity what is new. Changes are gathered and published together: a welcome brings thousands of them.
 */
import { partNames, type Message, type PartName, type State } from './items.ts';

type Told = { part?: unknown; key?: unknown; item?: unknown };

export class RoomState {
  #live = Object.fromEntries(partNames.map((name) => [name, new Map<string, unknown>()])) as Record<PartName, Map<string, unknown>>;
  #dirty = new Set<PartName>(partNames);
  #shown = {} as Record<PartName, ReadonlyMap<string, unknown>>;
  /** The number of the newest change that is known here; 0 for none. */
  number = 0;

  /** Takes a "put" or a "drop". Anything else, and parts that a newer server may have, are left alone. */
  take(message: Message): void {
    const { part, key, item } = (message.d ?? {}) as Told;
    if (typeof part !== 'string' || typeof key !== 'string' || !(part in this.#live)) return;
    const name = part as PartName;
    if (message.t === 'put') this.#live[name].set(key, item);
    else if (message.t !== 'drop' || !this.#live[name].delete(key)) return this.#seen(message.n);
    this.#dirty.add(name);
    this.#seen(message.n);
  }

  #seen(n: number | undefined): void {
    if (n !== undefined && n > this.number) this.number = n;
  }

  /** Forgets everything, because all of it will be told anew. */
  clear(): void {
    this.number = 0;
    for (const name of partNames) this.#live[name].clear();
    this.#dirty = new Set(partNames);
  }

  /** The state as it stands; parts without a change are the same maps as before. */
  read(): State {
    for (const name of this.#dirty) this.#shown[name] = new Map(this.#live[name]);
    this.#dirty.clear();
    return { ...this.#shown } as unknown as State;
  }
}
