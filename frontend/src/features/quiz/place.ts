/** Which question is on the screen, kept for a reload of this tab. */
export class Place {
  readonly #key: string;

  constructor(attempt: string) {
    this.#key = `mostik.place.${attempt}`;
  }

  read(): number {
    try {
      return Math.max(0, Number(sessionStorage.getItem(this.#key)) || 0);
    } catch {
      return 0;
    }
  }

  write(index: number): void {
    try {
      sessionStorage.setItem(this.#key, String(index));
    } catch {
      // Without storage a reload begins at the first question.
    }
  }
}
