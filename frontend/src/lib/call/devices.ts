/** Cameras, microphones and speakers of this device. */

export interface Devices {
  cameras: MediaDeviceInfo[];
  microphones: MediaDeviceInfo[];
  speakers: MediaDeviceInfo[];
}

/** Why a device could not be had, in the words of the catalogue. */
export type DeviceFault = 'denied' | 'none' | 'busy' | 'insecure' | 'blur';

export async function listDevices(): Promise<Devices> {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const of = (kind: MediaDeviceKind) => all.filter((each) => each.kind === kind && each.deviceId !== '');
  return { cameras: of('videoinput'), microphones: of('audioinput'), speakers: of('audiooutput') };
}

export function faultOf(failure: unknown): DeviceFault {
  if (!navigator.mediaDevices) return 'insecure';
  const name = failure instanceof Error ? failure.name : '';
  if (name === 'BlurFailed') return 'blur';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'none' : 'busy';
}

const chosen = (id: string): ConstrainDOMString | undefined => (id ? { ideal: id } : undefined);

/** Opens a camera; with a blurred background where the camera itself or this browser can do it. */
export async function openCamera(id: string, blur = false): Promise<MediaStreamTrack> {
  const deviceId = chosen(id);
  const [width, height] = blur ? [960, 540] : [1280, 720]; // what is drawn anew for each picture costs by its size
  const stream = await media().getUserMedia({ video: { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: blur ? 20 : 25, max: 30 }, ...(deviceId ? { deviceId } : {}) } });
  const track = first(stream.getVideoTracks());
  if (!blur) return track;
  if (blursItself(track)) {
    await track.applyConstraints({ advanced: [{ backgroundBlur: true } as MediaTrackConstraintSet] });
    return track;
  }
  if (!mayBlur()) return track;
  try {
    const { blurred } = await import('./blur.ts');
    return await blurred(track);
  } catch (failure) {
    // Whoever asked to hide the room behind them is not shown with it.
    track.stop();
    throw new BlurFailed(failure instanceof Error ? failure.message : String(failure));
  }
}

/** The background could not be blurred: its files did not come, or the browser would not run them. */
export class BlurFailed extends Error {
  override readonly name = 'BlurFailed';
}

/** Some cameras and systems blur by themselves (W3C mediacapture-extensions), at no cost for the page. */
export function blursItself(track: MediaStreamTrack): boolean {
  const can = (track.getCapabilities?.() as { backgroundBlur?: boolean[] } | undefined)?.backgroundBlur;
  return can?.includes(true) ?? false;
}

/** Whether this browser gives single pictures of a camera to a worker, so that blurring does not hold up the page. */
export const mayBlur = (): boolean => 'MediaStreamTrackProcessor' in globalThis && 'MediaStreamTrackGenerator' in globalThis && 'OffscreenCanvas' in globalThis;

/** What the sound is, which decides how much of it may be cleaned away. */
export type SoundUse = 'voice' | 'strong' | 'music' | 'plain';
export const soundUses: readonly SoundUse[] = ['voice', 'strong', 'music', 'plain'];

/** Cleaning damages music, and interpreters hear it; a singer in front of a loudspeaker still needs no echo. */
const cleaning: Record<SoundUse, MediaTrackConstraints> = {
  voice: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  strong: { echoCancellation: true, noiseSuppression: false, autoGainControl: true },
  music: { echoCancellation: true, noiseSuppression: false, autoGainControl: false },
  plain: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
};

export async function openMicrophone(id: string, use: SoundUse): Promise<MediaStreamTrack> {
  const deviceId = chosen(id);
  const stream = await media().getUserMedia({ audio: { ...cleaning[use], channelCount: 1, ...(deviceId ? { deviceId } : {}) } });
  const track = first(stream.getAudioTracks());
  if (use !== 'strong') return track;
  try {
    const { quieted } = await import('./quiet.ts');
    return await quieted(track);
  } catch {
    // A voice with the browser's own cleaning is better than none.
    await track.applyConstraints(cleaning.voice).catch(() => undefined);
    return track;
  }
}

/**
 * Ties a track to the device's that it was made of: to stop it lets go of the device, and when the device is pulled
 * out it ends as well. So whoever holds it needs not know that there are two.
 */
export function tied(made: MediaStreamTrack, device: MediaStreamTrack, over: () => void): MediaStreamTrack {
  const stop = made.stop.bind(made);
  made.stop = () => {
    device.onended = null;
    stop();
    device.stop();
    over();
  };
  device.onended = () => {
    made.stop();
    made.dispatchEvent(new Event('ended'));
  };
  return made;
}

/** A browser keeps sound of a page asleep until somebody touches the page; it wakes with the first touch. */
export function awake(context: AudioContext): void {
  const wake = () => {
    if (context.state === 'suspended') void context.resume();
    for (const kind of ['pointerdown', 'keydown']) removeEventListener(kind, wake);
  };
  if (context.state !== 'suspended') return;
  void context.resume();
  for (const kind of ['pointerdown', 'keydown']) addEventListener(kind, wake);
}

/** What of screen sharing newer browsers know and the library of types does not yet. */
interface ScreenOptions extends DisplayMediaStreamOptions {
  systemAudio?: 'include' | 'exclude';
  surfaceSwitching?: 'include' | 'exclude';
  selfBrowserSurface?: 'include' | 'exclude';
}

/** A screen, a window or a tab, with its sound where the browser can. The sound is somebody's film: nothing of it is cleaned. */
export async function openScreen(): Promise<{ screen: MediaStreamTrack; sound: MediaStreamTrack | null }> {
  const options: ScreenOptions = {
    video: { frameRate: { ideal: 10, max: 15 } },
    audio: cleaning.plain,
    systemAudio: 'include',
    surfaceSwitching: 'include',
    selfBrowserSurface: 'exclude', // the room in the room in the room
  };
  const stream = await media().getDisplayMedia(options);
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
  awake(context);
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

/** Plays a sound to its end by a loudspeaker; "" for the one that the device chooses. */
export async function playOn(sound: Blob, speaker: string): Promise<void> {
  const player = new Audio(URL.createObjectURL(sound));
  try {
    if (maySpeakTo() && speaker) await player.setSinkId(speaker).catch(() => undefined);
    const over = new Promise<unknown>((resolve) => {
      player.onended = player.onerror = resolve;
      setTimeout(resolve, 6_000);
    });
    await player.play();
    await over;
  } finally {
    URL.revokeObjectURL(player.src);
  }
}

/** Whether the page may choose a loudspeaker. */
export const maySpeakTo = (): boolean => typeof HTMLMediaElement !== 'undefined' && 'setSinkId' in HTMLMediaElement.prototype;

/** Two soft notes as a WAV file of 16 bits, to try a loudspeaker with. */
export function chime(rate = 16_000): Blob {
  const notes = [523.25, 659.25];
  const each = rate * 0.5;
  const view = new DataView(new ArrayBuffer(44 + 2 * each * notes.length));
  const word = (at: number, text: string) => [...text].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  word(0, 'RIFF');
  view.setUint32(4, view.byteLength - 8, true);
  word(8, 'WAVEfmt ');
  view.setUint32(16, 16, true); // length of the format
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // one channel
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true); // bytes a second
  view.setUint16(32, 2, true); // bytes a sample
  view.setUint16(34, 16, true);
  word(36, 'data');
  view.setUint32(40, view.byteLength - 44, true);
  for (const [n, pitch] of notes.entries()) {
    for (let i = 0; i < each; i++) {
      const fade = Math.min(1, i / 400) * Math.exp((-4 * i) / each);
      view.setInt16(44 + 2 * (n * each + i), 9_000 * fade * Math.sin((2 * Math.PI * pitch * i) / rate), true);
    }
  }
  return new Blob([view.buffer], { type: 'audio/wav' });
}
