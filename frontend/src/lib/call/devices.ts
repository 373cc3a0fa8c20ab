/** Cameras, microphones and speakers of this device. */

export interface Devices {
  cameras: MediaDeviceInfo[];
  microphones: MediaDeviceInfo[];
  speakers: MediaDeviceInfo[];
}

/** Why a device could not be had, in the words of the catalogue. */
export type DeviceFault = 'denied' | 'none' | 'busy' | 'insecure';

export async function listDevices(): Promise<Devices> {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const of = (kind: MediaDeviceKind) => all.filter((each) => each.kind === kind && each.deviceId !== '');
  return { cameras: of('videoinput'), microphones: of('audioinput'), speakers: of('audiooutput') };
}

export function faultOf(failure: unknown): DeviceFault {
  if (!navigator.mediaDevices) return 'insecure';
  const name = failure instanceof Error ? failure.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'none' : 'busy';
}

const chosen = (id: string): ConstrainDOMString | undefined => (id ? { ideal: id } : undefined);

export async function openCamera(id: string): Promise<MediaStreamTrack> {
  const deviceId = chosen(id);
  const stream = await media().getUserMedia({ video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25, max: 30 }, ...(deviceId ? { deviceId } : {}) } });
  return first(stream.getVideoTracks());
}

/** The browser's own cleaning of sound; off for music and for interpreters, who hear it as damage. */
export async function openMicrophone(id: string, clean: boolean): Promise<MediaStreamTrack> {
  const deviceId = chosen(id);
  const stream = await media().getUserMedia({ audio: { echoCancellation: true, noiseSuppression: clean, autoGainControl: clean, channelCount: 1, ...(deviceId ? { deviceId } : {}) } });
  return first(stream.getAudioTracks());
}

export async function openScreen(): Promise<{ screen: MediaStreamTrack; sound: MediaStreamTrack | null }> {
  const stream = await media().getDisplayMedia({ video: { frameRate: { ideal: 10, max: 15 } }, audio: true });
  const screen = first(stream.getVideoTracks());
  screen.contentHint = 'detail';
  return { screen, sound: stream.getAudioTracks()[0] ?? null };
}

export const mayShareScreen = (): boolean => typeof navigator !== 'undefined' && !!navigator.mediaDevices && 'getDisplayMedia' in navigator.mediaDevices;

function media(): MediaDevices {
  if (!navigator.mediaDevices) throw new Error('devices need a secure page');
  return navigator.mediaDevices;
}

function first(tracks: MediaStreamTrack[]): MediaStreamTrack {
  const [track] = tracks;
  if (!track) throw new DOMException('no track', 'NotFoundError');
  return track;
}

/** How loud a track is, 0 to 1, some times a second, until it is stopped. */
export function listen(track: MediaStreamTrack, told: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    let sum = 0;
    for (const sample of samples) sum += sample * sample;
    told(loudness(Math.sqrt(sum / samples.length)));
  }, 100);
  return () => {
    clearInterval(timer);
    if (context.state !== 'closed') void context.close();
  };
}

/** From the root mean square of samples to a length on a meter: −50 dB is nothing, −10 dB is full. */
export function loudness(rms: number): number {
  if (rms <= 0) return 0;
  return Math.min(1, Math.max(0, (20 * Math.log10(rms) + 50) / 40));
}

/** Records some seconds of a track, to be heard again by the speaker. */
export async function record(track: MediaStreamTrack, milliseconds: number): Promise<Blob> {
  const recorder = new MediaRecorder(new MediaStream([track]));
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const over = new Promise<void>((resolve) => (recorder.onstop = () => resolve()));
  recorder.start();
  setTimeout(() => recorder.state !== 'inactive' && recorder.stop(), milliseconds);
  await over;
  return new Blob(parts, { type: recorder.mimeType });
}
