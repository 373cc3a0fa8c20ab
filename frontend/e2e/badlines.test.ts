/** A voice by a line of 60 kbit/s that loses one packet in twenty is heard as by a good one, and slides turn. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { call, judged, type Heard } from './lib/badcall.ts';

const good = 0.9;

test('speech is intelligible at 60 kbit/s and 5 % loss, and slides turn', async (t) => {
  const there = await call();
  try {
    let heard: Heard | undefined;
    // Once more where it was not: a browser that gets no time of its processor stutters on any line.
    for (let i = 0; i < 2 && (heard?.within ?? 0) < good; i++) heard = await judged(there, { rate: 60_000, loss: 0.05, delay: 30 }, { settle: 8, seconds: 10, turn: i === 0 });
    assert.ok(heard);
    t.diagnostic(`${(100 * heard.within).toFixed(1)} % of ${heard.windows} windows within 6 dB; ${heard.again} packets asked for again; ${heard.level}`);
    assert.ok(heard.windows > 40, 'somebody speaks');
    assert.ok(heard.within >= good, `${(100 * heard.within).toFixed(1)} % of 100 ms windows are within 6 dB`);
    assert.match(heard.level, /^(Very weak line: sound first|Weak line: slides and sound)$/, 'the room tells');
  } finally {
    await there.close();
  }
});
