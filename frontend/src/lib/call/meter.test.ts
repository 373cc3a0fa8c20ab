import { expect, test } from 'vitest';
import { advice, count, Meter, type Counts } from './meter.ts';

const at = (more: Partial<Counts>): Counts => ({ down: 0, up: 0, received: 0, lost: 0, delay: 0, ...more });

test('counts add up over connections', () => {
  const report = new Map<string, unknown>([
    ['t', { type: 'transport', bytesReceived: 1000, bytesSent: 200 }],
    ['a', { type: 'inbound-rtp', packetsReceived: 90, packetsLost: 10 }],
    ['b', { type: 'inbound-rtp', packetsReceived: 10, packetsLost: -2 }],
    ['c', { type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.08 }],
    ['d', { type: 'candidate-pair', nominated: false, currentRoundTripTime: 9 }],
  ]) as unknown as RTCStatsReport;
  expect(count([report, report])).toEqual({ down: 2000, up: 400, received: 200, lost: 20, delay: 80 });
});

test('a rate is of the time between two readings, the sum of all of them', () => {
  const meter = new Meter();
  meter.read(0, at({ down: 1000 }));
  const second = meter.read(2000, at({ down: 26_000, up: 5_000 }));
  expect(second.rate).toBe(120_000);
  expect([second.down, second.up]).toEqual([26_000, 5_000]);
});

test('a connection that begins anew takes nothing off the sum', () => {
  const meter = new Meter();
  meter.read(0, at({ down: 5000 }));
  expect(meter.read(1000, at({ down: 300 })).down).toBe(5300);
});

test('a bad line gets the next saving, and one moment is no bad line', () => {
  const meter = new Meter();
  meter.read(0, at({ received: 100 }));
  const once = meter.read(1000, at({ received: 192, lost: 8 }));
  expect(advice(once, 'off')).toBeUndefined();
  const twice = meter.read(2000, at({ received: 280, lost: 20 }));
  expect(advice(twice, 'off')).toBe('lower');
  expect(advice(twice, 'speaker')).toBe('slides');
  expect(advice(twice, 'slides')).toBeUndefined();
  expect(advice({ ...once, delay: 900 }, 'lower')).toBe('speaker');
});
