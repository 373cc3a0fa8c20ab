/** A voice that is made, recorded where it is heard, and compared with itself. */
import type { BrowserContext, Page } from 'playwright-core';

export const rate = 16_000;

/** Formants of some vowels in Hz. */
const vowels = [[730, 1090, 2440], [530, 1840, 2480], [270, 2290, 3010], [570, 840, 2410], [300, 870, 2240], [490, 1350, 1690]] as const;

/** Numbers from 0 to 1, the same each time. */
function dice(seed: number): () => number {
  let state = seed;
  return () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32);
}

/** A resonance of two poles. */
function resonance(frequency: number, width: number): (x: number) => number {
  const r = Math.exp((-Math.PI * width) / rate);
  const [b, c] = [2 * r * Math.cos((2 * Math.PI * frequency) / rate), -r * r];
  let [one, two] = [0, 0];
  return (x) => {
    const y = (1 - b - c) * x + b * one + c * two;
    [two, one] = [one, y];
    return y;
  };
}

/** So many seconds of syllables as a voice makes them: pulses and noise through the resonances of a mouth, with pauses. */
export function voice(seconds: number, seed = 7): Float32Array {
  const random = dice(seed);
  const all = new Float32Array(seconds * rate);
  let at = rate / 4;
  let left = 3 + Math.floor(random() * 3);
  while (at < all.length - rate) {
    at = syllable(all, at, random);
    if (--left === 0) {
      left = 3 + Math.floor(random() * 4);
      at += Math.floor((0.12 + 0.25 * random()) * rate);
    }
  }
  const peak = all.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return all.map((x) => (0.5 * x) / peak);
}

function syllable(all: Float32Array, from: number, random: () => number): number {
  const noise = Math.floor((0.03 + 0.06 * random()) * rate);
  const hiss = resonance(1500 + 2500 * random(), 900);
  for (let i = 0; i < noise; i++) all[from + i]! += 0.25 * Math.sin((Math.PI * i) / noise) * hiss(random() - 0.5);
  const length = Math.floor((0.11 + 0.14 * random()) * rate);
  const [first, second] = [vowels[Math.floor(random() * vowels.length)]!, vowels[Math.floor(random() * vowels.length)]!];
  const mouths = [first, second].map((formants) => formants.map((f, i) => resonance(f, 60 + 40 * i)));
  const pitch = 95 + 60 * random();
  let phase = 0;
  for (let i = 0; i < length; i++) {
    const part = i / length;
    phase += (pitch * (1.1 - 0.25 * part)) / rate;
    const pulse = phase >= 1 ? 1 : 0;
    phase %= 1;
    const source = pulse + 0.02 * (random() - 0.5);
    const [a, b] = mouths.map((mouth) => mouth.reduce((sum, each, n) => sum + each(source) / (n + 1), 0));
    const at = from + noise + i;
    if (at < all.length) all[at]! += Math.sin(Math.PI * Math.min(1, part * 1.02)) ** 0.6 * ((1 - part) * a! + part * b!);
  }
  return from + noise + length;
}

/** A file that browsers take for a microphone. */
export function wav(samples: Float32Array): Buffer {
  const file = Buffer.alloc(44 + 2 * samples.length);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + 2 * samples.length, 4);
  file.write('WAVEfmt ', 8);
  for (const [at, value] of [[16, 16], [24, rate], [28, 2 * rate]] as const) file.writeUInt32LE(value, at);
  for (const [at, value] of [[20, 1], [22, 1], [32, 2], [34, 16]] as const) file.writeUInt16LE(value, at);
  file.write('data', 36);
  file.writeUInt32LE(2 * samples.length, 40);
  for (const [i, x] of samples.entries()) file.writeInt16LE(Math.round(32_767 * Math.max(-1, Math.min(1, x))), 44 + 2 * i);
  return file;
}

/** Keeps a page's connections, so that what they receive can be recorded. */
export function spied(context: BrowserContext): Promise<void> {
  return context.addInitScript(() => {
    const all: RTCPeerConnection[] = [];
    const Real = RTCPeerConnection;
    Object.assign(window, { peers: all });
    window.RTCPeerConnection = class extends Real {
      constructor(options?: RTCConfiguration) {
        super(options);
        all.push(this);
      }
    };
  });
}

/** Records what a page hears; the samples begin at a time in seconds. The page must not forbid scripts of its own making. */
export async function recorded(page: Page, seconds: number): Promise<{ at: number; samples: Float32Array }> {
  const { at, text } = await page.evaluate(
    async ([seconds, rate]) => {
      const context = new AudioContext({ sampleRate: rate! });
      const source = 'registerProcessor("keep", class extends AudioWorkletProcessor { process([input]) { if (input[0]) this.port.postMessage(input[0].slice()); return true; } })';
      await context.audioWorklet.addModule(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
      const keep = new AudioWorkletNode(context, 'keep', { channelCount: 1, channelCountMode: 'explicit' });
      const silence = context.createConstantSource();
      silence.offset.value = 0;
      silence.connect(keep);
      silence.start();
      for (const peer of (window as unknown as { peers: RTCPeerConnection[] }).peers) {
        if (peer.connectionState === 'closed') continue;
        for (const { track } of peer.getReceivers()) if (track.kind === 'audio') context.createMediaStreamSource(new MediaStream([track])).connect(keep);
      }
      keep.connect(context.destination);
      const parts: Float32Array[] = [];
      let [at, n] = [0, 0];
      await new Promise<void>((resolve) => {
        keep.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
          at ||= (performance.timeOrigin + performance.now()) / 1000;
          parts.push(data);
          if ((n += data.length) >= seconds! * rate!) resolve();
        };
      });
      keep.port.onmessage = null;
      await context.close();
      const bytes = new Uint8Array(2 * n);
      const view = new DataView(bytes.buffer);
      let i = 0;
      for (const part of parts) for (const x of part) view.setInt16(2 * i++, Math.round(32_767 * Math.max(-1, Math.min(1, x))), true);
      let text = '';
      for (let from = 0; from < bytes.length; from += 8192) text += String.fromCharCode(...bytes.subarray(from, from + 8192));
      return { at, text: btoa(text) };
    },
    [seconds, rate] as const,
  );
  const bytes = Buffer.from(text, 'base64');
  return { at, samples: Float32Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i) / 32_768) };
}

const size = 512;
const hop = 80; // 5 ms
const perWindow = 20; // 100 ms
/** Borders of the bands that are compared, in Hz: about as an ear parts them. */
const borders = [100, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150, 3700, 4400, 5300];
const bands = borders.length - 1;

/** Power in each band, every 5 ms, summed up from the beginning. */
function powers(samples: Float32Array): Float64Array[] {
  const window = Float64Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size));
  const sums = [new Float64Array(bands)];
  for (let from = 0; from + size <= samples.length; from += hop) {
    const re = Float64Array.from({ length: size }, (_, i) => samples[from + i]! * window[i]!);
    const im = new Float64Array(size);
    transform(re, im);
    const sum = Float64Array.from(sums.at(-1)!);
    for (let b = 0; b < bands; b++) {
      for (let k = Math.ceil((borders[b]! * size) / rate); k < (borders[b + 1]! * size) / rate; k++) sum[b]! += re[k]! ** 2 + im[k]! ** 2;
    }
    sums.push(sum);
  }
  return sums;
}

/** The Fourier transform in place. */
function transform(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j]!, re[i]!];
      [im[i], im[j]] = [im[j]!, im[i]!];
    }
  }
  for (let length = 2; length <= n; length <<= 1) {
    for (let i = 0; i < n; i += length) {
      for (let k = 0; k < length / 2; k++) {
        const angle = (-2 * Math.PI * k) / length;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        const [a, b] = [i + k, i + k + length / 2];
        const [x, y] = [re[b]! * c - im[b]! * s, re[b]! * s + im[b]! * c];
        [re[b], im[b]] = [re[a]! - x, im[a]! - y];
        re[a]! += x;
        im[a]! += y;
      }
    }
  }
}

/** Decibels of the 100 ms from a frame on, nothing below a floor. */
function spectrum(sums: Float64Array[], from: number, floor: number): Float64Array | undefined {
  const [a, b] = [sums[from], sums[from + perWindow]];
  if (!a || !b) return undefined;
  return Float64Array.from({ length: bands }, (_, i) => 10 * Math.log10(Math.max(floor, (b[i]! - a[i]!) / perWindow)));
}

function distance(a: Float64Array | undefined, b: Float64Array | undefined): number {
  if (!a || !b) return 99;
  let sum = 0;
  for (let i = 0; i < bands; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum / bands);
}

export interface Likeness {
  /** Windows of 100 ms in which somebody speaks. */
  windows: number;
  /** Share of them within 6 dB. */
  within: number;
  /** The middle distance in dB. */
  middle: number;
}

/**
 * Compares what was heard with the same speech heard well, window by window. A receiver that waits for late packets
 * plays later, and catches up: half a second of speech around each window tells by how much, slowly changing.
 */
export function compare(well: { at: number; samples: Float32Array }, heard: { at: number; samples: Float32Array }): Likeness {
  const [a, b] = [powers(well.samples), powers(heard.samples)];
  const total = a.at(-1)!.reduce((sum, x) => sum + x, 0) / (a.length * bands);
  const floor = total * 1e-4; // 40 dB below the voice
  const one = (k: number) => spectrum(a, k, floor);
  const other = new Map<number, Float64Array | undefined>();
  const two = (k: number) => {
    if (!other.has(k)) other.set(k, spectrum(b, k, floor));
    return other.get(k);
  };
  const speaks = (k: number) => {
    const [x, y] = [a[k], a[k + perWindow]];
    return !!x && !!y && y.reduce((sum, v, i) => sum + v - x[i]!, 0) / (perWindow * bands) > total / 30;
  };
  const around = (k: number, shift: number) => {
    let sum = 0;
    for (let w = -3; w <= 3; w++) sum += Math.min(20, distance(one(k + w * perWindow), two(k + w * perWindow + shift)));
    return sum;
  };
  const best = (k: number, from: number, to: number, step: number) => {
    let [least, shift] = [Infinity, from];
    for (let s = from; s <= to; s += step) {
      const d = around(k, s);
      if (d < least) [least, shift] = [d, s];
    }
    return shift;
  };
  const clock = Math.round(((well.at - heard.at) * rate) / hop);
  const distances: number[] = [];
  let shift: number | undefined;
  let looked = 0;
  for (let k = 4 * perWindow; k < a.length - 5 * perWindow; k += perWindow) {
    if (!speaks(k) || two(k + (shift ?? clock) + 4 * perWindow) === undefined) continue;
    // From half a second before to two and a half after at first; then what a receiver can have changed since.
    const near = shift === undefined ? undefined : best(k, shift - 30, shift + 30, 2);
    // Where that is nothing like it, the receiver may have waited longer than it was followed.
    if (near === undefined || (around(k, near) > 7 * 6 && k - looked >= 10 * perWindow)) {
      looked = k;
      const far = best(k, clock - 100, clock + 500, 2);
      shift = near === undefined || around(k, far) < 0.6 * around(k, near) ? far : near;
    } else shift = near;
    let least = Infinity;
    for (let s = shift - 4; s <= shift + 4; s++) least = Math.min(least, distance(one(k), two(k + s)));
    distances.push(least);
  }
  distances.sort((x, y) => x - y);
  return { windows: distances.length, within: distances.filter((d) => d <= 6).length / Math.max(1, distances.length), middle: distances[distances.length >> 1] ?? 99 };
}
