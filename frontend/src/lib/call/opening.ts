/**
 * One device at a time: a camera takes a second to open, and meanwhile people press again, choose another one, or leave.
 * What arrives too late is closed at once, so that no light stays on that nobody can turn off.
 */
export class Opening<T> {
  readonly #close: (late: T) => void;
  #turn = 0;

  constructor(close: (late: T) => void) {
    this.#close = close;
  }

  /** Opens, and gives undefined where something newer was asked for meanwhile or all was given up; a fault too concerns nobody then. */
  async open(make: () => Promise<T>): Promise<T | undefined> {
    const turn = ++this.#turn;
    try {
      const made = await make();
      if (turn === this.#turn) return made;
      this.#close(made);
    } catch (failure) {
      if (turn === this.#turn) throw failure;
    }
    return undefined;
  }

  /** Gives up what is on its way. */
  cancel(): void {
    this.#turn++;
  }
}
