import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { configure, get, peek, request } from './request.ts';
import { sendFile } from './file.ts';
import { Problem, Unreachable } from './problem.ts';

type Answer = () => Response | Promise<Response>;
let asked: { method: string; path: string; headers: Record<string, string>; body: unknown }[] = [];
let answers: Record<string, Answer[]> = {};

const json = (data: unknown, status = 200) => () => new Response(JSON.stringify(data), { status });
const down = () => Promise.reject(new TypeError('Failed to fetch'));

beforeEach(() => {
  asked = [];
  answers = {};
  vi.stubGlobal('localStorage', undefined);
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    const method = init.method ?? 'GET';
    asked.push({ method, path, headers: (init.headers ?? {}) as Record<string, string>, body: init.body });
    const next = answers[`${method} ${path}`]?.shift();
    if (!next) throw new Error(`unexpected ${method} ${path}`);
    return next();
  });
  configure({ preload: {}, kept: false, lang: () => 'ru', onReach: () => undefined, onSignedOut: () => undefined });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('request', () => {
  test('a refusal becomes a Problem with its code and field', async () => {
    answers['POST /x'] = [json({ code: 'login-taken', field: 'login', request_id: 'r1', problems: [{ field: 'a', code: 'b' }] }, 409)];
    const failure = await request('POST', '/x', {}).catch((e: unknown) => e);
    expect(failure).toBeInstanceOf(Problem);
    expect(failure).toMatchObject({ status: 409, code: 'login-taken', field: 'login', requestId: 'r1', passing: false });
  });

  test("a proxy's page is a Problem without a code", async () => {
    answers['GET /x'] = [() => new Response('<html>', { status: 502, headers: { 'retry-after': '7' } })];
    await expect(request('GET', '/x')).rejects.toMatchObject({ status: 502, code: '', retryAfter: 7, passing: true });
  });

  test('401s together renew the session once and are repeated', async () => {
    answers['GET /a'] = [json({}, 401), json('a')];
    answers['GET /b'] = [json({}, 401), json('b')];
    answers['POST /api/v1/auth/refresh'] = [() => new Response(null, { status: 204 })];
    expect(await Promise.all([request('GET', '/a'), request('GET', '/b')])).toEqual(['a', 'b']);
    expect(asked.filter((a) => a.path.endsWith('refresh'))).toHaveLength(1);
  });

  test('a session that cannot be renewed signs out once per request and says 401', async () => {
    const out = vi.fn();
    configure({ onSignedOut: out });
    answers['GET /a'] = [json({ code: 'signed-out' }, 401)];
    answers['POST /api/v1/auth/refresh'] = [json({}, 401)];
    await expect(request('GET', '/a')).rejects.toMatchObject({ status: 401 });
    expect(out).toHaveBeenCalledOnce();
  });

  test('a server that is down while the session is renewed does not sign out', async () => {
    const out = vi.fn();
    configure({ onSignedOut: out });
    answers['GET /a'] = [json({}, 401)];
    answers['POST /api/v1/auth/refresh'] = [json({}, 503)];
    await expect(request('GET', '/a')).rejects.toBeInstanceOf(Unreachable);
    expect(out).not.toHaveBeenCalled();
  });

  test('a file goes as its bytes, is sent again when the session was renewed, and has time', async () => {
    const file = new File(['%PDF'], 'scan.pdf');
    answers['PUT /x/file'] = [json({}, 401), () => new Response(null, { status: 204 })];
    answers['POST /api/v1/auth/refresh'] = [() => new Response(null, { status: 204 })];
    await sendFile('PUT', '/x/file', file);
    const sent = asked.filter((a) => a.path === '/x/file');
    expect(sent.map((a) => a.body)).toEqual([file, file]);
    expect(sent[0]?.headers['content-type']).toBe('application/octet-stream');
    vi.useFakeTimers();
    let aborted = false;
    vi.stubGlobal('fetch', (_: string, init: RequestInit) => new Promise<Response>((resolve) => {
      init.signal?.addEventListener('abort', () => (aborted = true));
      setTimeout(() => resolve(new Response(null, { status: 204 })), 60_000);
    }));
    const slow = sendFile('PUT', '/x/file', file);
    await vi.advanceTimersByTimeAsync(60_000);
    await slow;
    expect(aborted).toBe(false);
  });

  test('silence counts as unreachable after the time given', async () => {
    vi.useFakeTimers();
    vi.stubGlobal('fetch', (_: string, init: RequestInit) => new Promise((_resolve, reject) => {
      init.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
    }));
    const reach = vi.fn();
    configure({ onReach: reach });
    const pending = expect(request('GET', '/slow', undefined, { timeout: 1000 })).rejects.toBeInstanceOf(Unreachable);
    await vi.advanceTimersByTimeAsync(1000);
    await pending;
    expect(reach).toHaveBeenCalledWith(false);
  });
});

test('the language goes with a request to the API, once', async () => {
  answers['GET /api/v1/a?lang=ru'] = [json(1)];
  answers['GET /api/v1/b?page=2&lang=ru'] = [json(1)];
  answers['GET /api/v1/c?lang=sk'] = [json(1)];
  await Promise.all(['/api/v1/a', '/api/v1/b?page=2', '/api/v1/c?lang=sk'].map((path) => request('GET', path)));
  expect(asked).toHaveLength(3);
});

describe('get', () => {
  test('the preload serves the first reading without a request, the second asks', async () => {
    configure({ preload: { '/c': { v: 1 } } });
    answers['GET /c'] = [json({ v: 2 })];
    expect(await get('/c')).toEqual({ v: 1 });
    expect(asked).toHaveLength(0);
    expect(await get('/c')).toEqual({ v: 2 });
  });

  test('the preload of a kept page is used only when the server does not answer', async () => {
    configure({ preload: { '/c': 'old' }, kept: true });
    answers['GET /c'] = [json('new'), down];
    expect(await get('/c')).toBe('new');
    expect(await get('/c')).toBe('new');
    configure({ preload: { '/d': 'old' }, kept: true });
    answers['GET /d'] = [down];
    expect(await get('/d')).toBe('old');
  });

  test('the last answer stands in for a failing server, but not for a refusal, and not in another language', async () => {
    answers['GET /c'] = [json('first'), json({}, 503), json({}, 404), down];
    expect(await get('/c')).toBe('first');
    expect(await get('/c')).toBe('first');
    await expect(get('/c')).rejects.toMatchObject({ status: 404 });
    let lang = 'kk';
    configure({ lang: () => lang });
    await expect(get('/c')).rejects.toBeInstanceOf(Unreachable);
    expect(peek('/c')).toBeUndefined();
    lang = 'ru';
    expect(peek('/c')).toBe('first');
  });

  test('asks the service worker to keep only what it was told to', async () => {
    answers['GET /c'] = [json(1), json(1)];
    await get('/c', { keep: true });
    await get('/c');
    expect(asked.map((a) => a.headers['Mostik-Keep'])).toEqual(['1', undefined]);
  });
});
