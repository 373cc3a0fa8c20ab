/**
 * What a browser sends when its own line up is weak: smaller pictures, then none, then a voice of fewer bits in long
 * packets. The browser's own estimate chooses among layers; this takes away what it would try to keep.
 */
import type { Sound } from './sdp.ts';

/** Steps down, each with less than the one before. */
export type Step = 'full' | 'small' | 'voice' | 'long';
export const steps: readonly Step[] = ['full', 'small', 'voice', 'long'];

export interface Sending {
  /** Bits a second that the browser believes the line carries; 0 while unknown. */
  available: number;
  /** Share of what was sent that did not arrive, 0 to 1. */
  loss: number;
}

/** Below so many bits a second a step is too much. */
const needs: Record<Step, number> = { full: 260_000, small: 110_000, voice: 60_000, long: 0 };
/** Loss from which packets carry the one before along, and below which they cease to. */
const lossy = 0.04;
const clean = 0.01;
/** A step down needs so many readings in a row; a step up is tried after a pause that doubles when it fails. */
const patience = 3;
const firstPause = 10_000;
const longestPause = 80_000;

export class Uplink {
  step: Step = 'full';
  twice = false;
  #weak = 0;
  #since = 0;
  #rose = 0;
  #pause = firstPause;

  /** Takes a reading at a time in milliseconds, and tells whether anything changed. */
  read(now: number, { available, loss }: Sending): boolean {
    const before = [this.step, this.twice].join();
    this.#since ||= now;
    this.#weak = available > 0 && available < needs[this.step] ? this.#weak + 1 : 0;
    if (this.#weak >= patience) this.#down(now, available);
    else if (this.step !== 'full' && this.#weak === 0 && now - this.#since >= this.#pause) this.#up(now);
    if (this.step === 'long') this.twice = false;
    else if (loss > lossy) this.twice = true;
    else if (loss < clean) this.twice = false;
    return before !== [this.step, this.twice].join();
  }

  #down(now: number, available: number): void {
    // A trial that failed is repeated more seldom.
    this.#pause = this.#rose > 0 && now - this.#rose < 3 * firstPause ? Math.min(longestPause, 2 * this.#pause) : firstPause;
    this.step = steps.find((step) => available >= needs[step] && steps.indexOf(step) > steps.indexOf(this.step)) ?? 'long';
    this.#weak = 0;
    this.#since = now;
  }

  /** What a line carries beyond what is sent only a trial can tell. */
  #up(now: number): void {
    this.step = steps[steps.indexOf(this.step) - 1] ?? 'full';
    this.#since = this.#rose = now;
  }

  get sound(): Sound {
    return { ptime: this.step === 'long' ? 60 : 20, twice: this.twice };
  }

  /** Bits a second of a voice; undefined for the browser's own choice. */
  get voice(): number | undefined {
    return this.step === 'long' ? 16_000 : this.step === 'voice' ? 24_000 : undefined;
  }

  /** How many of a camera's layers are sent, the smallest first. */
  get layers(): number {
    return this.step === 'full' ? 3 : this.step === 'small' ? 1 : 0;
  }
}

/** Reads what is known of the line up from a browser's counts. */
export function sending(report: Iterable<[string, Record<string, unknown>]>): Sending {
  const read: Sending = { available: 0, loss: 0 };
  for (const [, entry] of report) {
    const n = (key: string) => Number(entry[key]) || 0;
    if (entry['type'] === 'candidate-pair' && entry['nominated'] === true) read.available = Math.max(read.available, n('availableOutgoingBitrate'));
    if (entry['type'] === 'remote-inbound-rtp' && entry['kind'] === 'audio') read.loss = Math.max(read.loss, n('fractionLost'));
  }
  return read;
}
