/** A camera's track with everything but the person blurred. The work is done in a worker that comes with its model only now. */
import model from '@twilio/video-processors/dist/build/selfie_segmentation_landscape.tflite?url';
import wasm from '@twilio/video-processors/dist/build/tflite-simd-1-0-0.wasm?url';
import { tied } from './devices.ts';
import type { Start } from './blur.worker.ts';

/** How long the model may take to come, in milliseconds. */
const patience = 30_000;

// Insertable streams, which the library of types does not know.
declare class MediaStreamTrackProcessor {
  constructor(options: { track: MediaStreamTrack; maxBufferSize?: number });
  readonly readable: ReadableStream<VideoFrame>;
}
declare class MediaStreamTrackGenerator extends MediaStreamTrack {
  constructor(options: { kind: 'video' });
  readonly writable: WritableStream<VideoFrame>;
}

export async function blurred(track: MediaStreamTrack): Promise<MediaStreamTrack> {
  const worker = new Worker(new URL('./blur.worker.ts', import.meta.url), { type: 'module' });
  try {
    const { readable } = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 }); // late pictures are left out
    const made = new MediaStreamTrackGenerator({ kind: 'video' });
    const { writable } = made;
    const ready = new Promise<void>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<string>) => (data === '' ? resolve() : reject(new Error(data)));
      worker.onerror = ({ message }) => reject(new Error(message || 'the worker did not start'));
      setTimeout(() => reject(new Error('the model did not come')), patience);
    });
    const start: Start = { readable, writable, wasm: new URL(wasm, location.href).href, model: new URL(model, location.href).href };
    worker.postMessage(start, [readable, writable] as unknown as Transferable[]);
    await ready;
    return tied(made, track, () => worker.terminate());
  } catch (failure) {
    worker.terminate();
    throw failure;
  }
}
