/**
 * Ways to the room through a network that lets little out: relays, asked for when nothing else led anywhere. Each
 * holds connections open on the server, so whoever needs none takes none.
 */

/** What the room says of its relays. "until" is when the credentials end, in milliseconds since 1970. */
export interface Relays {
  servers: RTCIceServer[];
  until: number;
}

/** Credentials that end within so many milliseconds are asked for anew. */
const margin = 60_000;

export class Ways {
  /** The direct ways led nowhere before: relays are tried from the start. */
  needed = false;
  readonly #ask: () => Promise<Relays>;
  readonly #now: () => number;
  #known: Relays | undefined;

  constructor(ask: () => Promise<Relays>, now: () => number = Date.now) {
    this.#ask = ask;
    this.#now = now;
  }

  /** The relays to try now: none while none is needed. */
  async servers(): Promise<RTCIceServer[]> {
    if (!this.needed) return [];
    if (!this.#known || this.#known.until < this.#now() + margin) this.#known = await this.#ask();
    return this.#known.servers;
  }
}
