import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Line, LineLost, Refused, type LineState, type Socket } from './line.ts';
import type { Message, Welcome } from './items.ts';

class FakeSocket implements Socket {
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  onerror: Socket['onerror'] = null;
  sent: Message[] = [];
  closed = false;
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Message);
  }
  close(): void {
    this.closed = true;
  }
  opens(): void {
    this.onopen?.(undefined as never);
  }
  says(message: Message): void {
    this.onmessage?.({ data: JSON.stringify(message) } as never);
  }
  breaks(code = 1006): void {
    this.onclose?.({ code } as never);
  }
  /** Lets the visitor in, as the room does. */
  welcomes(): void {
    this.opens();
    this.says({ t: 'welcome', d: { seat: 'secret', you: 'p1', room: 'demo', number: 7, whole: true, now: 0, grants: [] } satisfies Welcome });
    this.says({ t: 'ready', n: 7 });
  }
}

let sockets: FakeSocket[];
let states: LineState[];
let seat: string;
let since: number;
let ticket: () => Promise<string>;
const fatal: unknown[] = [];

function line(): Line {
  return new Line({
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    ticket: () => ticket(),
    seat: { read: () => seat, write: (secret) => (seat = secret) },
    since: () => since,
    language: () => 'kk',
    onMessage: () => undefined,
    onWelcome: (welcome) => (since = welcome.number),
    onState: (state) => states.push(state),
    fatal: (failure) => (failure as Error).message === 'closed',
    onFatal: (failure) => fatal.push(failure),
  });
}

const last = (): FakeSocket => {
  const socket = sockets.at(-1);
  if (!socket) throw new Error('no socket was opened');
  return socket;
};
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  states = [];
  seat = '';
  since = 0;
  fatal.length = 0;
  ticket = () => Promise.resolve('eyJ');
});
afterEach(() => {
  vi.useRealTimers();
});

describe('hello', () => {
  test('the first has the ticket and no seat, the next the seat and what is known', async () => {
    const l = line();
    l.connect();
    await settle();
    last().welcomes();
    expect(last().sent[0]).toMatchObject({ t: 'hello', d: { ticket: 'eyJ', language: 'kk' } });
    expect(Object.keys(last().sent[0]?.d as object)).toEqual(['ticket', 'language']);
    last().breaks();
    await vi.advanceTimersByTimeAsync(1_000);
    last().opens();
    expect(last().sent[0]?.d).toEqual({ ticket: 'eyJ', seat: 'secret', since: 7, language: 'kk' });
    expect(sockets).toHaveLength(2);
  });

  test('a ticket that cannot be had is asked for again, unless there is no sense in it', async () => {
    const l = line();
    ticket = () => Promise.reject(new Error('no network'));
    l.connect();
    await settle();
    expect(sockets).toHaveLength(0);
    ticket = () => Promise.resolve('later');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sockets).toHaveLength(1);
    ticket = () => Promise.reject(new Error('closed'));
    last().breaks();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fatal).toHaveLength(1);
    expect(sockets).toHaveLength(1);
  });
});

describe('coming back', () => {
  test('waits longer each time, and not at all longer after a success', async () => {
    const l = line();
    l.connect();
    await settle();
    for (let i = 0; i < 6; i++) {
      last().breaks();
      await vi.advanceTimersByTimeAsync(8_000);
    }
    expect(sockets).toHaveLength(7);
    last().welcomes();
    last().breaks();
    await vi.advanceTimersByTimeAsync(500);
    expect(sockets).toHaveLength(8);
  });

  test.each([4001, 4003, 4004, 4005])('stays away after %i', async (code) => {
    const l = line();
    l.connect();
    await settle();
    last().welcomes();
    const answer = l.ask('hand.raise');
    const failed = expect(answer).rejects.toBeInstanceOf(LineLost);
    last().breaks(code);
    await vi.advanceTimersByTimeAsync(60_000);
    await failed;
    expect(sockets).toHaveLength(1);
    expect(states.at(-1)).toEqual({ at: 'ended', code, why: '' });
  });

  test('tells why one was not let in', async () => {
    const l = line();
    l.connect();
    await settle();
    last().onopen?.(undefined as never);
    last().says({ t: 'no', re: last().sent[0]?.id ?? '', d: { code: 'locked', detail: 'the room is locked' } });
    last().breaks(4003);
    expect(states.at(-1)).toEqual({ at: 'ended', code: 4003, why: 'locked' });
  });

  test('a restart of the server brings everybody back soon', async () => {
    const l = line();
    l.connect();
    await settle();
    last().welcomes();
    last().breaks(4012);
    await vi.advanceTimersByTimeAsync(500);
    expect(sockets).toHaveLength(2);
  });

  test('a socket that opens and hears nothing is given up, and one that let us in is not', async () => {
    const l = line();
    l.connect();
    await settle();
    last().opens();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets.length).toBeGreaterThan(1);
    last().welcomes();
    const there = sockets.length;
    await vi.advanceTimersByTimeAsync(120_000);
    expect(sockets).toHaveLength(there);
    l.close();
  });

  test('begun twice while the ticket is fetched, it opens one socket', async () => {
    const l = line();
    l.connect();
    l.connect();
    await settle();
    expect(sockets).toHaveLength(1);
    l.close();
  });

  test('a word of an old socket counts for nothing', async () => {
    const l = line();
    l.connect();
    await settle();
    last().welcomes();
    const [first] = sockets;
    l.connect();
    await settle();
    first?.breaks();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(sockets).toHaveLength(2);
    expect(first?.closed).toBe(true);
  });
});

describe('commands', () => {
  test('are answered by their number', async () => {
    const l = line();
    l.connect();
    await settle();
    last().welcomes();
    const yes = l.ask('site.code');
    const no = l.ask('chat.send', { key: 'k' });
    const [, first, second] = last().sent;
    last().says({ t: 'no', re: second?.id ?? '', d: { code: 'closed', detail: 'the chat is closed', field: 'to' } });
    last().says({ t: 'ok', re: first?.id ?? '', d: { code: '123456' } });
    await expect(yes).resolves.toEqual({ code: '123456' });
    await expect(no).rejects.toEqual(new Refused('closed', 'the chat is closed', 'to'));
  });

  test('what was not answered is repeated under the same id; an offer is not', async () => {
    const l = line();
    l.connect();
    await settle();
    last().welcomes();
    const kept = l.ask('chat.send', { key: 'k' });
    const offer = l.ask('media.play', { offer: 'v=0' }, { repeat: false });
    const lost = expect(offer).rejects.toBeInstanceOf(LineLost);
    const id = last().sent[1]?.id;
    last().breaks();
    await lost;
    await vi.advanceTimersByTimeAsync(1_000);
    last().welcomes();
    expect(last().sent.map(({ t, id }) => [t, id]).slice(1)).toEqual([['chat.send', id]]);
    last().says({ t: 'ok', re: id ?? '' });
    await kept;
  });

  test('what is said before the line is open goes out when it is', async () => {
    const l = line();
    l.connect();
    const answer = l.ask('hand.raise');
    await settle();
    last().welcomes();
    expect(last().sent.map(({ t }) => t)).toEqual(['hello', 'hand.raise']);
    last().says({ t: 'ok', re: last().sent[1]?.id ?? '' });
    await answer;
  });

  test('an answer that never comes shows that the network is gone', async () => {
    const l = line();
    l.connect();
    await settle();
    last().welcomes();
    void l.ask('hand.raise').catch(() => undefined);
    await vi.advanceTimersByTimeAsync(17_000);
    expect(sockets).toHaveLength(2);
  });

  test('two visits never use the same id', async () => {
    const ids = new Set<string>();
    for (let i = 0; i < 2; i++) {
      const l = line();
      l.connect();
      await settle();
      last().welcomes();
      void l.ask('hand.raise').catch(() => undefined);
      for (const { id } of last().sent) ids.add(id ?? '');
      l.close();
    }
    expect(ids.size).toBe(4);
  });
});
