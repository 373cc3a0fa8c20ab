/**
 * Stronger cleaning of a voice: RNNoise in an audio worklet. It comes only to whoever chose it.
 */
import { loadRnnoise, RnnoiseWorkletNode } from '@sapphi-red/web-noise-suppressor';
import worklet from '@sapphi-red/web-noise-suppressor/rnnoiseWorklet.js?url';
import plain from '@sapphi-red/web-noise-suppressor/rnnoise.wasm?url';
import simd from '@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm?url';
import { awake, tied } from './devices.ts';

/** The rate for which RNNoise was trained, in samples a second. */
const rate = 48_000;

export async function quieted(track: MediaStreamTrack): Promise<MediaStreamTrack> {
  const context = new AudioContext({ sampleRate: rate });
  try {
    const [wasmBinary] = await Promise.all([loadRnnoise({ url: plain, simdUrl: simd }), context.audioWorklet.addModule(worklet)]);
    const cleaner = new RnnoiseWorkletNode(context, { wasmBinary, maxChannels: 1 });
    const out = context.createMediaStreamDestination();
    out.channelCount = 1;
    context.createMediaStreamSource(new MediaStream([track])).connect(cleaner).connect(out);
    awake(context);
    const [made] = out.stream.getAudioTracks();
    if (!made) throw new Error('the cleaner gives no sound');
    return tied(made, track, () => {
      cleaner.destroy();
      void context.close();
    });
  } catch (failure) {
    await context.close();
    throw failure;
  }
}
