import { expect, test } from 'vitest';
import { encode, upload, type Answer, type Hooks } from './upload.ts';

/** A server that keeps what arrives, and a line that breaks when told to. */
class Server {
  kept = '';
  length = -1;
  asked: string[] = [];
  breaks: ((method: string, piece: string) => number | undefined)[] = [];
  outcome = { status: 204, body: '' };

  answer(status: number, headers: Record<string, string> = {}, body = ''): Answer {
    return { status, header: (name) => headers[name] ?? null, body };
  }

  ask: Hooks['ask'] = async (method, _address, headers, body) => {
    this.asked.push(method);
    const piece = body ? await body.text() : '';
    const cut = this.breaks.shift()?.(method, piece);
    if (cut !== undefined) {
      this.kept += piece.slice(0, cut);
      throw new Error('the line broke');
    }
    if (method === 'POST') {
      this.length = Number(headers['upload-length']);
      return this.answer(201, { location: '/api/v1/webinars/w/uploads/ABC?k=x' });
    }
    if (method === 'HEAD') return this.length < 0 ? this.answer(404) : this.answer(200, { 'upload-offset': String(this.kept.length) });
    if (Number(headers['upload-offset']) !== this.kept.length) return this.answer(409);
    this.kept += piece;
    return this.kept.length < this.length ? this.answer(204, { 'upload-offset': String(this.kept.length) }) : this.answer(this.outcome.status, { 'upload-offset': String(this.length) }, this.outcome.body);
  };
}

function hooks(server: Server, told: number[] = []): Hooks {
  return { address: (id) => `/uploads/${id}`, ask: server.ask, began: () => undefined, moved: (n) => told.push(n), waiting: () => undefined, sleep: () => Promise.resolve(), now: () => 0 };
}

const words = 'what we learnt '.repeat(60_000);
const live = () => new AbortController().signal;

test('a line that breaks in a piece costs what had not arrived, and no more', async () => {
  const server = new Server();
  const go = () => undefined;
  server.breaks = [go, () => 1000, () => 0, go, go, () => 0, () => 0];
  const told: number[] = [];
  expect(await upload({ id: '', file: new Blob([words]), meta: { key: 'k' } }, hooks(server, told), live())).toBe('');
  expect(server.kept).toBe(words);
  expect(server.asked.filter((each) => each === 'POST')).toHaveLength(1);
  expect(told).toContain(1000);
});

test('who comes back after a reload goes on where it stopped', async () => {
  const server = new Server();
  server.kept = words.slice(0, 500_000);
  server.length = words.length;
  expect(await upload({ id: 'ABC', file: new Blob([words]), meta: {} }, hooks(server), live())).toBe('');
  expect(server.kept).toBe(words);
  expect(server.asked[0]).toBe('HEAD');
});

test('an upload that the server has forgotten begins anew', async () => {
  const server = new Server();
  expect(await upload({ id: 'OLD', file: new Blob(['words']), meta: {} }, hooks(server), live())).toBe('');
  expect(server.asked).toEqual(['HEAD', 'POST', 'PATCH']);
});

test('a refusal is told by its code and not tried again', async () => {
  const server = new Server();
  server.outcome = { status: 415, body: '{"code":"file-program"}' };
  expect(await upload({ id: '', file: new Blob(['MZ']), meta: {} }, hooks(server), live())).toBe('file-program');
  expect(server.asked).toEqual(['POST', 'PATCH']);
});

test('a pause stops it', async () => {
  const server = new Server();
  const stop = new AbortController();
  server.breaks = [() => undefined, () => (stop.abort(), 10)];
  await expect(upload({ id: '', file: new Blob([words]), meta: {} }, hooks(server), stop.signal)).rejects.toThrow();
  expect(server.asked).toEqual(['POST', 'PATCH']);
});

test('names in any script fit a header', () => {
  expect(encode({ name: 'опыт ө.txt', keep: '', key: 'a' })).toBe(`name ${Buffer.from('опыт ө.txt').toString('base64')},key YQ==`);
});
