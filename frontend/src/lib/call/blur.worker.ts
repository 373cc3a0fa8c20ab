/**
 * Blurs what is behind a person, picture by picture, away from the page. A small model (256 × 144 points) tells
 * how likely each point is a person; the person is drawn sharp over the same picture, small and blurred.
 */
import makeRuntime from '@twilio/video-processors/dist/build/tflite-simd-1-0-0.js';

export interface Start {
  readable: ReadableStream<VideoFrame>;
  writable: WritableStream<VideoFrame>;
  wasm: string;
  model: string;
}

/** Share of the mask before in the new one: edges do not flicker. */
const memory = 0.4;
/** Blur of the small picture, in its points; drawn large it is four to five times that. */
const softness = 5;

const bytes = async (url: string) => {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
};

function surface(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: width <= 256 });
  if (!context) throw new Error('no canvas');
  return context;
}

async function painter({ wasm, model }: Start): Promise<(frame: VideoFrame) => VideoFrame> {
  const [wasmBinary, weights] = await Promise.all([bytes(wasm), bytes(model)]);
  const runtime = await makeRuntime({ wasmBinary: wasmBinary.buffer as ArrayBuffer });
  runtime.HEAPU8.set(weights, runtime._getModelBufferMemoryOffset());
  runtime._loadModel(weights.byteLength);
  const [width, height] = [runtime._getInputWidth(), runtime._getInputHeight()];
  const [input, output] = [runtime._getInputMemoryOffset() / 4, runtime._getOutputMemoryOffset() / 4];
  const points = width * height;
  const [small, soft, mask] = [surface(width, height), surface(width, height), surface(width, height)];
  const shape = mask.createImageData(width, height);
  const known = new Float32Array(points);
  let large = surface(1, 1);

  return (frame) => {
    small.drawImage(frame, 0, 0, width, height);
    const { data } = small.getImageData(0, 0, width, height);
    for (let i = 0; i < points; i++) {
      for (let colour = 0; colour < 3; colour++) runtime.HEAPF32[input + 3 * i + colour] = (data[4 * i + colour] ?? 0) / 255;
    }
    runtime._runInference();
    for (let i = 0; i < points; i++) {
      const person = memory * (known[i] ?? 0) + (1 - memory) * (runtime.HEAPF32[output + i] ?? 0);
      known[i] = person;
      shape.data[4 * i + 3] = 255 * person;
    }
    mask.putImageData(shape, 0, 0);
    soft.filter = `blur(${softness}px)`;
    soft.drawImage(small.canvas, 0, 0);

    const [w, h] = [frame.displayWidth, frame.displayHeight];
    if (large.canvas.width !== w || large.canvas.height !== h) large = surface(w, h);
    large.globalCompositeOperation = 'copy';
    large.filter = 'blur(3px)'; // softens the steps of the small mask
    large.drawImage(mask.canvas, 0, 0, w, h);
    large.filter = 'none';
    large.globalCompositeOperation = 'source-in';
    large.drawImage(frame, 0, 0, w, h);
    large.globalCompositeOperation = 'destination-over';
    large.drawImage(soft.canvas, 0, 0, w, h);
    return new VideoFrame(large.canvas, { timestamp: frame.timestamp, alpha: 'discard' });
  };
}

async function run(start: Start): Promise<void> {
  const paint = await painter(start);
  postMessage('');
  const change = new TransformStream<VideoFrame, VideoFrame>({
    transform(frame, to) {
      to.enqueue(paint(frame));
      frame.close();
    },
  });
  await start.readable.pipeThrough(change).pipeTo(start.writable);
}

onmessage = ({ data }: MessageEvent<Start>) => {
  run(data).catch((failure: unknown) => postMessage(failure instanceof Error ? failure.message : String(failure)));
};
