/** Prints how a voice is heard by bad lines, beside the same call by a good one. It judges nothing. */
import { call, judged, type Heard } from './lib/badcall.ts';

const there = await call();
console.log('\nline                               windows  within 6 dB  middle  level   lost  again  concealed');
const print = (name: string, heard: Heard) =>
  console.log(
    `${name.padEnd(34)} ${String(heard.windows).padStart(7)} ${(100 * heard.within).toFixed(1).padStart(10)} %  ${heard.middle.toFixed(1).padStart(4)} dB  ${heard.level.padEnd(7)} ${String(heard.lost).padStart(4)} ${String(heard.again).padStart(6)} ${(100 * heard.concealed).toFixed(1).padStart(8)} %${heard.slide ? `  a slide in ${heard.slide.toFixed(1)} s` : ''}`,
  );
try {
  print('loss-free', await judged(there, {}, { settle: 2, seconds: 20 }));
  print('30 % lost, both ways', await judged(there, { loss: 0.3 }, { settle: 15, seconds: 20 }));
  print('500 ms each way', await judged(there, { delay: 500 }, { settle: 10, seconds: 20 }));
  print('60 kbit/s, 5 % lost, both ways', await judged(there, { rate: 60_000, loss: 0.05, delay: 30 }, { settle: 20, seconds: 20, turn: true }));
} finally {
  await there.close();
}
