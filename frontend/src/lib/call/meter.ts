/** What the call costs and how well the line carries it, from the browser's own counts. */

export interface Reading {
  /** Bytes of both connections since the call began. */
  down: number;
  up: number;
  /** Bits a second now. */
  rate: number;
  /** Share of packets lost lately, 0 to 1. */
  loss: number;
  /** Milliseconds there and back; 0 while unknown. */
  delay: number;
}

export interface Counts {
  down: number;
  up: number;
  received: number;
  lost: number;
  delay: number;
}

/** Adds up the counts of some connections. */
export function count(reports: Iterable<RTCStatsReport>): Counts {
  const sum: Counts = { down: 0, up: 0, received: 0, lost: 0, delay: 0 };
  for (const report of reports) {
    report.forEach((entry: Record<string, unknown>) => {
      const n = (key: string) => Number(entry[key]) || 0;
      if (entry['type'] === 'transport') {
        sum.down += n('bytesReceived');
        sum.up += n('bytesSent');
      } else if (entry['type'] === 'inbound-rtp') {
        sum.received += n('packetsReceived');
        sum.lost += Math.max(0, n('packetsLost'));
      } else if (entry['type'] === 'candidate-pair' && entry['nominated'] === true) sum.delay = Math.max(sum.delay, n('currentRoundTripTime') * 1000);
    });
  }
  return sum;
}

/** Makes readings of counts. A connection that begins anew counts from nothing, so falls are not taken off. */
export class Meter {
  #last: Counts | undefined;
  #at = 0;
  #down = 0;
  #up = 0;
  #loss = 0;

  read(now: number, counts: Counts): Reading {
    const last = this.#last;
    const rise = (key: keyof Counts) => (last && counts[key] >= last[key] ? counts[key] - last[key] : counts[key]);
    const down = rise('down');
    const up = rise('up');
    const packets = rise('received');
    const lost = rise('lost');
    const seconds = last ? Math.max(0.001, (now - this.#at) / 1000) : 0;
    this.#down += down;
    this.#up += up;
    // Half of the old: one bad moment is not yet a bad line.
    if (last && packets + lost > 0) this.#loss = 0.5 * this.#loss + 0.5 * (lost / (packets + lost));
    this.#last = counts;
    this.#at = now;
    return { down: this.#down, up: this.#up, rate: seconds > 0 ? ((down + up) * 8) / seconds : 0, loss: this.#loss, delay: counts.delay };
  }
}

export type Save = 'off' | 'lower' | 'speaker' | 'slides';
export const saves: readonly Save[] = ['off', 'lower', 'speaker', 'slides'];

/** Above this share of lost packets, or this delay in milliseconds, a line is weak. */
const weakLoss = 0.05;
const weakDelay = 600;

/** The next saving that a weak line needs; undefined while the line carries what it has, or nothing is left to save. */
export function advice(reading: Reading, now: Save): Save | undefined {
  if (reading.loss < weakLoss && reading.delay < weakDelay) return undefined;
  return saves[saves.indexOf(now) + 1];
}
