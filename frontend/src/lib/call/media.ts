/**
 * Sound and pictures: one connection that sends, one that receives. The browser offers, the room answers;
 * nothing is negotiated from the room's side. What a receiving section shows is told by "slots".
 */
import { Refused } from './line.ts';
import type { Ways } from './ways.ts';
import type { Source } from './items.ts';
import { withRepeats, withSound, type Sound } from './sdp.ts';
import { sending, Uplink, type Step } from './uplink.ts';

/** An answer, and the session that goes on by it, '' for one that cannot. */
export interface Answer {
  answer: string;
  session?: string;
}

/** Asks the room to answer an offer, of a session that goes on or, for '', of a new one. */
export type Answering = (offer: string, tracks: { mid: string; source: Source }[] | undefined, session: string) => Promise<Answer>;
export type MakePeer = () => RTCPeerConnection;

export const makePeer: MakePeer = () => new RTCPeerConnection({ bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require' });

/** Three layers of a camera: 320, 640 and 1280 pixels wide of a picture of 1280. */
export const layers: RTCRtpEncodingParameters[] = [
  { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 120_000 },
  { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 400_000 },
  { rid: 'f', scaleResolutionDownBy: 1, maxBitrate: 1_200_000 },
];

/** A screen is text: one layer, sharp rather than smooth. */
const screenLayer: RTCRtpEncodingParameters[] = [{ maxBitrate: 1_500_000, maxFramerate: 15 }];

/** How long after a change of network it is looked whether a better way has appeared: browsers learn of addresses late. */
const secondLook = 3_000;
/** A roundabout way is left when a better one is there: it is looked for after so many milliseconds, twice as many each time. */
const looks = { first: 8_000, most: 300_000 };

/** How long a connection may be disconnected before a new way is looked for, and a new one look for a direct way. */
const patience = 2_000;
const directTime = 4_000;

abstract class Connection {
  protected peer: RTCPeerConnection | undefined;
  protected readonly make: MakePeer;
  protected readonly answer: Answering;
  #chain: Promise<unknown> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #doubt: ReturnType<typeof setTimeout> | undefined;
  #look: ReturnType<typeof setTimeout> | undefined;
  #looking = false;
  readonly #ways: Ways;
  #session = '';
  /** Called when the room has let go of the session: it is for the caller to begin anew. */
  onGone: () => void = () => undefined;
  /** Called when sound and pictures stop or flow again. */
  onFlow: (flows: boolean) => void = () => undefined;

  constructor(answer: Answering, ways: Ways, make: MakePeer = makePeer) {
    this.answer = answer;
    this.#ways = ways;
    this.make = make;
  }

  protected begin(): RTCPeerConnection {
    const peer = (this.peer = this.make());
    peer.onconnectionstatechange = () => this.#moved(peer);
    return peer;
  }

  #moved(peer: RTCPeerConnection): void {
    if (this.peer !== peer) return;
    clearTimeout(this.#timer);
    const state = peer.connectionState;
    this.onFlow(state === 'connected');
    if (state === 'connected' && !this.#looking) this.#lookIn(peer, looks.first);
    if (state === 'failed') {
      this.#ways.needed = true;
      void this.restart();
    }
    if (state === 'disconnected') this.#timer = setTimeout(() => void this.restart(), patience);
  }

  /** One offer after another: each must be answered before the next is made. */
  protected queue<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#chain.then(work, work);
    this.#chain = next.catch(() => undefined);
    return next;
  }

  protected async negotiate(peer: RTCPeerConnection, options: RTCOfferOptions = {}, tracks?: () => { mid: string; source: Source }[] | undefined): Promise<void> {
    if (this.#ways.needed) await this.#relay(peer);
    const offer = await peer.createOffer(options);
    try {
      await peer.setLocalDescription({ type: 'offer', sdp: withRepeats(offer.sdp ?? '') });
    } catch {
      await peer.setLocalDescription(offer); // a browser that lets nobody touch its offers
    }
    const { answer: sdp, session = '' } = await this.answer(peer.localDescription?.sdp ?? offer.sdp ?? '', tracks?.(), this.#session);
    if (this.peer !== peer) return;
    this.#session = session;
    await peer.setRemoteDescription({ type: 'answer', sdp: this.shaped(sdp) });
    clearTimeout(this.#doubt);
    if (!this.#ways.needed) this.#doubt = setTimeout(() => this.#doubted(peer), directTime);
  }

  /** The answer as this side wants it. */
  protected shaped(answer: string): string {
    return answer;
  }

  /** Lets the connection try relays too, from its next offer that begins ICE on. */
  async #relay(peer: RTCPeerConnection): Promise<void> {
    const iceServers = await this.#ways.servers().catch(() => []);
    if (iceServers.length > 0 && this.peer === peer) peer.setConfiguration({ ...peer.getConfiguration(), iceServers });
  }

  /** No direct way was found in time. */
  #doubted(peer: RTCPeerConnection): void {
    if (this.peer !== peer || ['connected', 'completed'].includes(peer.iceConnectionState)) return;
    this.#ways.needed = true;
    void this.restart();
  }

  /** Looks for a new way to the room after a change of network, on the line that there is. */
  restart(): Promise<void> {
    return this.queue(async () => {
      const peer = this.peer;
      if (!peer || peer.connectionState === 'connected') return;
      await takenBack(peer);
      if (peer.signalingState !== 'stable') return;
      await this.negotiate(peer, { iceRestart: true }, this.named.bind(this));
    }).catch((failure: unknown) => {
      // The line may be gone as well: on the next one the session goes on, or all begins anew.
      if (failure instanceof Refused) this.onGone();
    });
  }

  #lookIn(peer: RTCPeerConnection, wait: number): void {
    clearTimeout(this.#look);
    this.#looking = true;
    this.#look = setTimeout(() => void this.#lookAgain(peer, wait), wait);
  }

  /** Sound and pictures that go by a stream, which waits for what is lost, get more chances of a better way; meanwhile they go on. */
  async #lookAgain(peer: RTCPeerConnection, waited: number): Promise<void> {
    const roundabout = this.peer === peer && streamed(await peer.getStats());
    this.#looking = false;
    if (!roundabout || this.peer !== peer) return;
    this.#lookIn(peer, Math.min(looks.most, Math.max(looks.first, 2 * waited)));
    await this.queue(async () => {
      if (this.peer !== peer || peer.signalingState !== 'stable') return;
      await this.negotiate(peer, { iceRestart: true }, this.named.bind(this));
    }).catch(() => undefined);
  }

  /** Goes on with the same session on a new line, by a new way; false when there is none to go on with. */
  resume(): Promise<boolean> {
    return this.queue(async () => {
      const peer = this.peer;
      if (!peer || !this.#session || peer.connectionState === 'closed') return false;
      try {
        await takenBack(peer);
        await this.negotiate(peer, { iceRestart: true }, this.named.bind(this));
        this.#lookIn(peer, secondLook);
        return true;
      } catch (failure) {
        if (failure instanceof Refused) return false;
        throw failure;
      }
    });
  }

  /** What the sections are, for one that sends. */
  protected named(): { mid: string; source: Source }[] | undefined {
    return undefined;
  }

  stats(): Promise<RTCStatsReport> | undefined {
    return this.peer?.getStats();
  }

  close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#doubt);
    clearTimeout(this.#look);
    this.#looking = false;
    this.#session = '';
    const peer = this.peer;
    this.peer = undefined;
    peer?.close();
  }
}

/** Takes an offer back that was never answered, or refused: it would stand in the way of the next. */
async function takenBack(peer: RTCPeerConnection): Promise<void> {
  if (peer.signalingState === 'have-local-offer') await peer.setLocalDescription({ type: 'rollback' });
}

/** Whether the way in use is a stream, or a relay. */
function streamed(report: RTCStatsReport): boolean {
  for (const entry of (report as unknown as Map<string, Record<string, string>>).values()) {
    if (entry['type'] !== 'transport') continue;
    const all = report as unknown as Map<string, Record<string, string>>;
    const local = all.get(all.get(entry['selectedCandidatePairId'] ?? '')?.['localCandidateId'] ?? '');
    if (local) return local['protocol'] === 'tcp' || local['candidateType'] === 'relay';
  }
  return false;
}

/** The connection that sends. */
export class Publisher extends Connection {
  readonly #tracks = new Map<Source, MediaStreamTrack | null>();
  #senders = new Map<Source, RTCRtpTransceiver>();
  readonly #uplink = new Uplink();
  #agreed: Sound = this.#uplink.sound;

  /** What of one's own is sent now, muted or not. */
  get sources(): Source[] {
    return [...this.#senders.keys()];
  }

  /** Remembers what is to be sent when the room lets one in. */
  hold(source: Source, track: MediaStreamTrack): void {
    this.#tracks.set(source, track);
  }

  /** Sends a track of a source, or nothing for the moment. A first track of a source needs an offer, others do not. */
  set(source: Source, track: MediaStreamTrack | null): Promise<void> {
    this.#tracks.set(source, track);
    return this.queue(async () => {
      const known = this.#senders.get(source);
      const wanted = this.#tracks.get(source) ?? null;
      if (known) return known.sender.replaceTrack(wanted);
      if (wanted) await this.#offer([[source, wanted]]);
    });
  }

  async #offer(fresh: [Source, MediaStreamTrack][]): Promise<void> {
    const peer = this.peer ?? this.begin();
    for (const [source, track] of fresh) {
      const encodings = source === 'cam' ? layers : source === 'screen' ? screenLayer : undefined;
      const transceiver = peer.addTransceiver(track, { direction: 'sendonly', ...(encodings ? { sendEncodings: encodings } : {}) });
      if (track.kind === 'video') prefer(transceiver, 'video/VP8');
      this.#senders.set(source, transceiver);
    }
    await this.negotiate(peer, {}, this.named.bind(this));
    if (this.step !== 'full') await this.#ease();
  }

  protected override shaped(answer: string): string {
    this.#agreed = this.#uplink.sound;
    return withSound(answer, this.#agreed);
  }

  /** How much is sent at present: less on a weak line. */
  get step(): Step {
    return this.#uplink.step;
  }

  /** Takes the browser's counts, some times a minute, and sends less or more by them. */
  async weigh(now: number, report: RTCStatsReport): Promise<void> {
    if (!this.#uplink.read(now, sending(report as unknown as Iterable<[string, Record<string, unknown>]>))) return;
    await this.queue(async () => {
      await this.#ease();
      const { ptime, twice } = this.#uplink.sound;
      const peer = this.peer;
      if (peer?.signalingState === 'stable' && (ptime !== this.#agreed.ptime || twice !== this.#agreed.twice)) await this.negotiate(peer, {}, this.named.bind(this));
    });
  }

  /** Sends no more than the line up carries. */
  async #ease(): Promise<void> {
    for (const [source, { sender }] of this.#senders) {
      const parameters = sender.getParameters();
      for (const [i, encoding] of (parameters.encodings ?? []).entries()) {
        if (source === 'cam') encoding.active = i < this.#uplink.layers;
        else if (source === 'screen') encoding.maxBitrate = this.#uplink.step === 'full' ? 1_500_000 : 150_000;
        else if (this.#uplink.voice) encoding.maxBitrate = this.#uplink.voice;
        else delete encoding.maxBitrate;
      }
      await sender.setParameters(parameters).catch(() => undefined); // it was renegotiated meanwhile: the next reading comes
    }
  }

  protected override named(): { mid: string; source: Source }[] {
    return [...this.#senders].flatMap(([source, { mid }]) => (mid ? [{ mid, source }] : []));
  }

  /** Begins anew on a new line, with everything that was sent before. */
  again(): Promise<void> {
    this.close();
    return this.queue(async () => {
      const fresh = [...this.#tracks].filter((each): each is [Source, MediaStreamTrack] => each[1] !== null);
      if (fresh.length > 0 && !this.peer) await this.#offer(fresh);
    });
  }

  /** Forgets what was sent: the room took the right away. */
  clear(): void {
    this.#tracks.clear();
    this.close();
  }

  override close(): void {
    super.close();
    this.#senders = new Map();
  }
}

/** Puts a codec first, as far as the browser lets one choose. */
function prefer(transceiver: RTCRtpTransceiver, mime: string): void {
  const codecs = typeof RTCRtpSender === 'undefined' ? undefined : RTCRtpSender.getCapabilities?.('video')?.codecs;
  if (!codecs || !('setCodecPreferences' in transceiver)) return;
  const first = codecs.filter((codec) => codec.mimeType === mime);
  if (first.length > 0) transceiver.setCodecPreferences([...first, ...codecs.filter((codec) => codec.mimeType !== mime)]);
}

/** The connection that receives: sections for sound and pictures, filled by the room as it sees fit. */
export class Player extends Connection {
  #streams = new Map<string, MediaStream>();
  /** Called when a section has something to play. */
  onStream: (mid: string, stream: MediaStream) => void = () => undefined;

  /** Adds sections for more sound and pictures to those that there are, which play on. */
  grow(audio: number, video: number): Promise<void> {
    return this.queue(async () => {
      const peer = this.peer;
      if (!peer || peer.signalingState !== 'stable') return;
      for (let i = 0; i < audio; i++) peer.addTransceiver('audio', { direction: 'recvonly' });
      for (let i = 0; i < video; i++) peer.addTransceiver('video', { direction: 'recvonly' });
      await this.negotiate(peer);
    });
  }

  /** Begins anew with so many sections of sound and of pictures. */
  open(audio: number, video: number): Promise<void> {
    this.close();
    return this.queue(async () => {
      if (this.peer) return;
      const peer = this.begin();
      peer.ontrack = ({ track, transceiver }) => {
        const mid = transceiver.mid;
        if (this.peer !== peer || !mid) return;
        const stream = new MediaStream([track]);
        this.#streams.set(mid, stream);
        this.onStream(mid, stream);
      };
      for (let i = 0; i < audio; i++) peer.addTransceiver('audio', { direction: 'recvonly' });
      for (let i = 0; i < video; i++) peer.addTransceiver('video', { direction: 'recvonly' });
      await this.negotiate(peer);
    });
  }

  stream(mid: string): MediaStream | undefined {
    return this.#streams.get(mid);
  }

  override close(): void {
    super.close();
    this.#streams = new Map();
  }
}
