import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Call, type CallEvents } from './call.ts';
import type { Refused, Socket } from './line.ts';
import type { Message, State } from './items.ts';

/** As much of a peer connection as offers and answers need. */
class FakePeer {
  static made: FakePeer[] = [];
  connectionState = 'new';
  iceConnectionState = 'new';
  relays: unknown[] = [];
  signalingState = 'stable';
  localDescription: { sdp: string } | null = null;
  answers: string[] = [];
  closed = false;
  kinds: string[] = [];
  onconnectionstatechange: (() => void) | null = null;
  ontrack: ((event: unknown) => void) | null = null;
  #offers = 0;
  constructor() {
    FakePeer.made.push(this);
  }
  addTransceiver(track: string | { kind: string }) {
    const mid = String(this.kinds.length);
    this.kinds.push(typeof track === 'string' ? track : track.kind);
    return { mid, sender: { replaceTrack: vi.fn(() => Promise.resolve()) } };
  }
  createOffer(options: { iceRestart?: boolean } = {}) {
    return Promise.resolve({ sdp: `offer ${++this.#offers}${options.iceRestart ? ' restart' : ''}` });
  }
  setLocalDescription(offer: { sdp: string }) {
    this.localDescription = offer;
    return Promise.resolve();
  }
  setRemoteDescription({ sdp }: { sdp: string }) {
    this.answers.push(sdp);
    return Promise.resolve();
  }
  getConfiguration = () => ({ bundlePolicy: 'max-bundle' });
  setConfiguration({ iceServers }: { iceServers: unknown[] }) {
    this.relays = iceServers;
  }
  /** How media go: by "udp" or "tcp". */
  by = 'udp';
  getStats = () =>
    Promise.resolve(
      new Map([
        ['t', { type: 'transport', selectedCandidatePairId: 'pair' }],
        ['pair', { type: 'candidate-pair', localCandidateId: 'local' }],
        ['local', { type: 'local-candidate', protocol: this.by, candidateType: 'host' }],
      ] as [string, object][]),
    );
  close() {
    this.closed = true;
  }
}

class FakeSocket {
  static all: FakeSocket[] = [];
  /** The sessions that the room still has; undefined for a room that keeps none. */
  static sessions: Set<string> | undefined;
  /** A network that swallows everything. */
  static deaf = false;
  sent: Message[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onerror: (() => void) | null = null;
  constructor() {
    FakeSocket.all.push(this);
  }
  send(text: string) {
    const message = JSON.parse(text) as Message;
    this.sent.push(message);
    if (message.t === 'media.servers') this.says({ t: 'ok', re: message.id ?? '', d: { servers: [{ urls: ['turn:relay'] }], until: Date.now() + 600_000 } });
    if (message.t === 'media.demand' && !FakeSocket.deaf) this.says({ t: 'ok', re: message.id ?? '' });
    if (!/^media\.(play|publish)$/.test(message.t)) return;
    if (message.t === 'media.play' && 'tracks' in (message.d as object)) return this.says({ t: 'no', re: message.id ?? '', d: { code: 'malformed', detail: '', field: 'd' } });
    const { session = '' } = message.d as { session?: string };
    if (session && !FakeSocket.sessions?.has(session)) return this.says({ t: 'no', re: message.id ?? '', d: { code: 'gone', detail: '', field: 'session' } });
    this.says({ t: 'ok', re: message.id ?? '', d: { answer: `answer to ${message.t}`, ...(FakeSocket.sessions ? { session: session || `new of ${message.t}` } : {}) } });
  }
  close() {}
  says(message: Message) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  lets(grants: string[], more: object = {}) {
    this.onopen?.();
    this.says({ t: 'welcome', d: { seat: 's', you: 'p1', room: 'demo', number: 1, whole: true, now: 0, grants, ...more } });
    this.says({ t: 'ready', n: 1 });
  }
}

const events = (more: Partial<CallEvents> = {}): CallEvents => {
  const none = () => undefined;
  return { state: none, line: none, welcome: none, grants: none, slots: none, levels: none, reaction: none, muted: none, streams: none, flow: none, reading: none, level: none, uplink: none, ...more };
};

function begin(more: Partial<CallEvents> = {}, most?: { audio: number; video: number }): Call {
  const call = new Call({
    open: () => new FakeSocket() as unknown as Socket,
    ticket: () => Promise.resolve('t'),
    seat: { read: () => '', write: () => undefined },
    language: () => 'en',
    events: events(more),
    audio: 2,
    video: 3,
    ...(most ? { most } : {}),
    make: () => new FakePeer() as unknown as RTCPeerConnection,
  });
  call.start();
  return call;
}

const settle = () => vi.advanceTimersByTimeAsync(1);
const socket = (): FakeSocket => FakeSocket.all.at(-1) as FakeSocket;
const track = (kind: string) => ({ kind }) as unknown as MediaStreamTrack;

beforeEach(() => {
  vi.useFakeTimers();
  FakePeer.made = [];
  FakeSocket.all = [];
  FakeSocket.deaf = false;
  FakeSocket.sessions = undefined;
});
afterEach(() => {
  vi.useRealTimers();
});

test('who enters receives at once, and sends when there is something to send', async () => {
  const call = begin();
  await settle();
  socket().lets(['publish']);
  await settle();
  expect(FakePeer.made.map(({ kinds }) => kinds)).toEqual([['audio', 'audio', 'video', 'video', 'video']]);
  await call.publisher.set('cam', track('video'));
  await call.publisher.set('mic', track('audio'));
  const offers = socket().sent.filter(({ t }) => t === 'media.publish');
  expect(offers.map(({ d }) => (d as { tracks: unknown }).tracks)).toEqual([
    [{ mid: '0', source: 'cam' }],
    [{ mid: '0', source: 'cam' }, { mid: '1', source: 'mic' }],
  ]);
  call.close();
});

test('a camera that goes off and on needs no further offer', async () => {
  const call = begin();
  await settle();
  socket().lets(['publish']);
  await call.publisher.set('cam', track('video'));
  await call.publisher.set('cam', null);
  await call.publisher.set('cam', track('video'));
  expect(socket().sent.filter(({ t }) => t === 'media.publish')).toHaveLength(1);
  call.close();
});

test('after a break both connections begin anew with what was sent before', async () => {
  const call = begin();
  await settle();
  socket().lets(['publish']);
  await call.publisher.set('mic', track('audio'));
  socket().onclose?.({ code: 1006 });
  await vi.advanceTimersByTimeAsync(1_000);
  socket().lets(['publish']);
  await settle();
  expect(FakePeer.made.filter(({ closed }) => !closed).map(({ kinds }) => kinds)).toEqual([['audio', 'audio', 'video', 'video', 'video'], ['audio']]);
  call.close();
});

test('another way is looked for when the connection fails and the line holds', async () => {
  const flows: boolean[] = [];
  const call = begin({ flow: (on) => flows.push(on) });
  await settle();
  socket().lets([]);
  await settle();
  const [peer] = FakePeer.made;
  if (peer) peer.connectionState = 'failed';
  peer?.onconnectionstatechange?.();
  await settle();
  const offers = socket().sent.filter(({ t }) => t === 'media.play').map(({ d }) => (d as { offer: string }).offer);
  expect(offers).toEqual(['offer 1', 'offer 2 restart']);
  expect(flows).toEqual([false]);
  call.close();
});

test('after a break both go on with what there is, by a new way, as long as the room still has it', async () => {
  FakeSocket.sessions = new Set(['new of media.play', 'new of media.publish']);
  const call = begin();
  await settle();
  socket().lets(['publish']);
  await call.publisher.set('mic', track('audio'));
  socket().onclose?.({ code: 1006 });
  await vi.advanceTimersByTimeAsync(1_000);
  socket().lets(['publish']);
  await settle();
  expect(FakePeer.made.map(({ closed }) => closed)).toEqual([false, false]);
  const offers = () => socket().sent.filter(({ t }) => t.startsWith('media.p')).map(({ t, d }) => [t, (d as { offer: string }).offer, (d as { session: string }).session]);
  expect(offers()).toEqual([
    ['media.play', 'offer 2 restart', 'new of media.play'],
    ['media.publish', 'offer 2 restart', 'new of media.publish'],
  ]);
  FakeSocket.sessions.clear();
  socket().onclose?.({ code: 1006 });
  await vi.advanceTimersByTimeAsync(1_000);
  socket().lets(['publish']);
  await settle();
  expect(FakePeer.made.map(({ closed }) => closed)).toEqual([true, true, false, false]);
  call.close();
});

test('a session that the room let go while the line held begins anew', async () => {
  FakeSocket.sessions = new Set();
  const call = begin();
  await settle();
  socket().lets([]);
  await settle();
  const [peer] = FakePeer.made;
  if (peer) peer.connectionState = 'failed';
  peer?.onconnectionstatechange?.();
  await settle();
  expect(FakePeer.made.map(({ closed }) => closed)).toEqual([true, false]);
  call.close();
});

test('relays are asked for when nothing else led anywhere, and not before', async () => {
  FakeSocket.sessions = new Set(['new of media.play']);
  const call = begin();
  await settle();
  socket().lets(['publish']);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(socket().sent.some(({ t }) => t === 'media.servers')).toBe(false);
  await vi.advanceTimersByTimeAsync(2_000);
  const [peer] = FakePeer.made;
  expect(peer?.relays).toEqual([{ urls: ['turn:relay'] }]);
  expect(socket().sent.filter(({ t }) => t === 'media.play').map(({ d }) => (d as { offer: string }).offer)).toEqual(['offer 1', 'offer 2 restart']);
  // What is opened later tries them at once, and one answer serves both.
  await call.publisher.set('cam', track('video'));
  expect(FakePeer.made.at(-1)?.relays).toHaveLength(1);
  expect(socket().sent.filter(({ t }) => t === 'media.servers')).toHaveLength(1);
  call.close();
});

test('who was driven to a stream looks for a better way, more and more seldom, until there is one', async () => {
  const call = begin();
  await settle();
  socket().lets([]);
  await settle();
  const peer = FakePeer.made[0] as FakePeer;
  peer.connectionState = peer.iceConnectionState = 'connected';
  peer.by = 'tcp';
  peer.onconnectionstatechange?.();
  const restarts = () => socket().sent.filter(({ t, d }) => t === 'media.play' && (d as { offer: string }).offer.endsWith('restart')).length;
  await vi.advanceTimersByTimeAsync(9_000);
  expect(restarts()).toBe(1);
  await vi.advanceTimersByTimeAsync(16_000);
  expect(restarts()).toBe(2);
  peer.by = 'udp'; // the third found one
  await vi.advanceTimersByTimeAsync(900_000);
  expect(restarts()).toBe(2);
  call.close();
});

test('who has a direct way takes no relay', async () => {
  const call = begin();
  await settle();
  socket().lets([]);
  await settle();
  const [peer] = FakePeer.made;
  if (peer) peer.iceConnectionState = 'connected';
  await vi.advanceTimersByTimeAsync(10_000);
  expect(socket().sent.some(({ t }) => t === 'media.servers')).toBe(false);
  call.close();
});

test('who waits outside receives nothing until let in', async () => {
  const call = begin();
  await settle();
  socket().lets([], { waiting: true });
  await settle();
  expect(FakePeer.made).toHaveLength(0);
  socket().says({ t: 'welcome', d: { seat: 's', you: 'p1', room: 'demo', number: 2, whole: true, now: 0, grants: [] } });
  socket().says({ t: 'ready', n: 2 });
  await settle();
  expect(FakePeer.made).toHaveLength(1);
  call.close();
});

test('a console says and is told what the server’s own examples say, and opens no connection', async () => {
  const lines = readFileSync(new URL('../../../../live/signal/testdata/console.jsonl', import.meta.url), 'utf8').trim().split('\n').map((line) => ({ said: line.startsWith('<'), message: JSON.parse(line.slice(2)) as Message }));
  let seen: State | undefined;
  let granted: string[] = [];
  const call = new Call({
    open: () => new FakeSocket() as unknown as Socket,
    ticket: () => Promise.resolve('eyJ'),
    seat: { read: () => '', write: () => undefined },
    language: () => 'ru',
    console: 'x7Kq2',
    events: events({ state: (state) => (seen = state), welcome: (welcome) => (granted = welcome.grants) }),
    audio: 0,
    video: 0,
    make: () => new FakePeer() as unknown as RTCPeerConnection,
  });
  call.start();
  await vi.advanceTimersByTimeAsync(0);
  const socket = FakeSocket.all.at(-1) ?? new FakeSocket();
  socket.onopen?.();
  const answers: Promise<unknown>[] = [];
  const ids = new Map<string, string>(); // those of the examples, and those of this line
  for (const { said, message } of lines) {
    if (!said) {
      socket.says({ ...message, ...(message.re ? { re: ids.get(message.re) ?? '' } : {}) });
      continue;
    }
    if (message.t !== 'hello') answers.push(call.ask(message.t, message.d).catch((failure: Error) => (failure as Refused).code));
    await vi.advanceTimersByTimeAsync(0);
    const sent = socket.sent.at(-1) ?? { t: 'nothing' };
    expect({ t: sent.t, d: sent.d }).toEqual({ t: message.t, d: message.d ?? {} });
    ids.set(message.id ?? '', sent.id ?? '');
  }
  await vi.advanceTimersByTimeAsync(0);
  expect(await Promise.all(answers)).toEqual([undefined, undefined, undefined, undefined, undefined, 'forbidden']);
  expect(granted).toEqual(['files', 'roster']);
  expect(seen?.roster.get('e1')).toMatchObject({ name: 'Dina', state: 'late' });
  expect(seen?.people.get('p2')).toMatchObject({ line: 'on', phone: '+7 727 000 00 00' });
  expect(seen?.polls.get('v1')).toMatchObject({ voted: true, votes: 1 });
  expect(FakePeer.made).toEqual([]);
  call.close();
});

test('a room that is silent is asked for a word, by who waits outside too', async () => {
  const states: string[] = [];
  const call = begin({ line: ({ at }) => states.push(at) });
  await settle();
  socket().lets([], { waiting: true });
  const first = socket();
  first.sent = [];
  FakeSocket.deaf = true;
  await vi.advanceTimersByTimeAsync(24_000);
  expect(first.sent.map(({ t }) => t)).toContain('media.demand');
  await vi.advanceTimersByTimeAsync(20_000); // no answer comes: the line is gone without a word
  expect(states.slice(2)).toContain('waiting');
  expect(FakeSocket.all.length).toBeGreaterThan(1);
  call.close();
});

test.each([0, 1])('sound and pictures that stop put the line to a short proof (connection %i)', async (which) => {
  const call = begin();
  await settle();
  socket().lets(['publish']);
  await settle();
  await call.publisher.set('mic', track('audio'));
  FakeSocket.deaf = true;
  const there = FakeSocket.all.length;
  const peer = FakePeer.made[which] as FakePeer;
  peer.connectionState = 'disconnected';
  peer.onconnectionstatechange?.();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(FakeSocket.all.length).toBe(there + 1);
  call.close();
});

test('sound and pictures that stop on a line that answers leave it alone', async () => {
  const call = begin();
  await settle();
  socket().lets([]);
  await settle();
  const peer = FakePeer.made[0] as FakePeer;
  peer.connectionState = 'disconnected';
  peer.onconnectionstatechange?.();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSocket.all).toHaveLength(1);
  call.close();
});

test('what has sense only now is not said again after a break', async () => {
  const call = begin();
  await settle();
  socket().lets([]);
  call.hint('react', { kind: 'clap' });
  socket().onclose?.({ code: 1006 });
  call.hint('react', { kind: 'heart' });
  await vi.advanceTimersByTimeAsync(1_000);
  socket().lets([]);
  await settle();
  expect(socket().sent.map(({ t }) => t)).not.toContain('react');
  call.close();
});

test('who rests sends and receives nothing, and is let in anew', async () => {
  const call = begin();
  await settle();
  socket().lets(['publish']);
  await call.publisher.set('mic', track('audio'));
  socket().onclose?.({ code: 4001 });
  call.rest();
  expect(FakePeer.made.every(({ closed }) => closed)).toBe(true);
  call.line.connect();
  await settle();
  socket().lets(['publish']);
  await settle();
  expect(FakePeer.made.filter(({ closed }) => !closed).map(({ kinds }) => kinds)).toEqual([['audio', 'audio', 'video', 'video', 'video']]);
  call.close();
});

test('an offer that the room refused does not stand in the way of the next', async () => {
  const call = begin();
  await settle();
  socket().lets([]);
  await settle();
  const peer = FakePeer.made[0] as FakePeer;
  Object.assign(peer, { signalingState: 'have-local-offer', connectionState: 'failed' });
  const setLocal = peer.setLocalDescription.bind(peer);
  peer.setLocalDescription = (offer: { sdp: string; type?: string }) => {
    if (offer.type === 'rollback') peer.signalingState = 'stable';
    return setLocal(offer);
  };
  peer.onconnectionstatechange?.();
  await settle();
  expect(socket().sent.filter(({ t }) => t === 'media.play').map(({ d }) => (d as { offer: string }).offer)).toContain('offer 2 restart');
  call.close();
});

test('who leaves the stage stops sending', async () => {
  const call = begin();
  await settle();
  socket().lets(['publish']);
  await call.publisher.set('mic', track('audio'));
  socket().says({ t: 'grants', d: ['files'] });
  expect(FakePeer.made.at(-1)?.closed).toBe(true);
  expect(call.maySend).toBe(false);
  call.close();
});

test('more sections are opened on the same connection when more come on stage, as many as the device shows', async () => {
  begin({}, { audio: 3, video: 5 });
  await settle();
  socket().lets([]);
  await settle();
  const publish = (n: number, kind: string, person = `p${n}`) => socket().says({ t: 'put', n, d: { part: 'tracks', key: `t${n}`, item: { person, kind, source: 'cam' } } });
  for (let n = 2; n < 5; n++) publish(n, 'video');
  publish(5, 'video', 'p1'); // one's own
  await settle();
  expect(FakePeer.made[0]?.kinds).toEqual(['audio', 'audio', 'video', 'video', 'video']);
  publish(6, 'video');
  await settle();
  expect(FakePeer.made[0]?.kinds.slice(5)).toEqual(['video']);
  for (let n = 7; n < 20; n++) publish(n, 'video');
  publish(20, 'audio');
  await settle();
  expect(FakePeer.made[0]?.kinds.slice(6)).toEqual(['video']);
  expect(FakePeer.made).toHaveLength(1);
  expect(socket().sent.filter(({ t }) => t === 'media.play')).toHaveLength(3);
});

test('what the line carries is told', async () => {
  const seen: string[] = [];
  begin({ level: (level) => seen.push(level) });
  await settle();
  socket().lets([]);
  socket().says({ t: 'line', d: { level: 'speaker', loss: 0.1 } });
  await settle();
  expect(seen).toEqual(['speaker']);
});

test('a thousand words are one picture', async () => {
  const seen: State[] = [];
  const call = begin({ state: (state) => seen.push(state) });
  await settle();
  socket().onopen?.();
  for (let i = 0; i < 1000; i++) socket().says({ t: 'put', n: i, d: { part: 'chat', key: `k${i}`, item: { text: 'x' } } });
  await settle();
  expect(seen.map(({ chat }) => chat.size)).toEqual([1000]);
  call.close();
});

test('how wide pictures are drawn is told when it changes the layer', async () => {
  const call = begin();
  await settle();
  socket().lets([]);
  await settle();
  const told = () => socket().sent.filter(({ t }) => t === 'media.demand').map(({ d }) => (d as { slots: { width: number }[] }).slots.map(({ width }) => width));
  call.draw(new Map([['2', 640]]));
  call.draw(new Map([['2', 700]]));
  call.draw(new Map([['2', 1280]]));
  call.draw(new Map([['2', 0]]));
  expect(told()).toEqual([[], [640], [1280], [0]]);
  call.close();
});
