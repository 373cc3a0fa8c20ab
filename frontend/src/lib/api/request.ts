/**
 * The one door to the server. Cookies carry the session, so no token is ever in a script's hands.
 * A GET is answered from the page's own preload first, and from the last answer when nothing else comes.
 */
import { Problem, readProblem, Unreachable } from './problem.ts';
import { refresh } from './session.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Options {
  /** Milliseconds until the request counts as unanswered. */
  timeout?: number;
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

const defaultTimeout = 20_000;

/** Marks answers that the service worker keeps for reading without a network; pages of study only. */
export const keepHeader = 'Mostik-Keep';

interface Settings {
  /** Answers that came with the page. */
  preload: Record<string, unknown>;
  /** True when the page itself is a kept copy: its preload is then a last resort and not the truth. */
  kept: boolean;
  /** The language in which the server shall answer. */
  lang: () => string;
  /** Called with each change between answered and unanswered. */
  onReach: (reachable: boolean) => void;
  /** Called once when the session cannot be renewed. */
  onSignedOut: () => void;
}

let settings: Settings = {
  preload: {},
  kept: false,
  lang: () => 'en',
  onReach: () => undefined,
  onSignedOut: () => undefined,
};
/** Answers that came with the page and were not read yet, by path. */
let first = new Map<string, unknown>();
const last = new Map<string, unknown>();

export function configure(given: Partial<Settings>): void {
  settings = { ...settings, ...given };
  if (!given.preload) return;
  last.clear();
  first = new Map(settings.kept ? [] : Object.entries(given.preload));
  if (settings.kept) for (const [path, data] of Object.entries(given.preload)) last.set(cacheKey(path), data);
}

/** Sends a request and gives the decoded answer. A file goes as it is (file.ts). Throws Problem or Unreachable, and nothing else. */
export async function request<T>(method: Method, path: string, body?: unknown, options: Options = {}): Promise<T> {
  let response = await send(method, path, body, options);
  if (response.status === 401 && (await renewed())) response = await send(method, path, body, options);
  if (response.status === 401) settings.onSignedOut();
  if (!response.ok) throw await readProblem(response);
  if (response.status === 204) return undefined as T;
  // Something was made and there is nothing to say about it.
  if (response.status === 201 && !response.headers.get('content-type')?.includes('json')) return undefined as T;
  try {
    return (await response.json()) as T;
  } catch (cause) {
    throw new Unreachable('the answer broke off', { cause });
  }
}

async function renewed(): Promise<boolean> {
  try {
    return await refresh();
  } catch (cause) {
    settings.onReach(false);
    throw new Unreachable('the session could not be renewed', { cause });
  }
}

async function send(method: Method, path: string, body: unknown, options: Options): Promise<Response> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), options.timeout ?? defaultTimeout);
  const forward = () => abort.abort();
  options.signal?.addEventListener('abort', forward, { once: true });
  if (options.signal?.aborted) abort.abort();
  try {
    const response = await fetch(inLanguage(path), {
      method,
      credentials: 'same-origin',
      signal: abort.signal,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      body: body instanceof Blob ? body : (JSON.stringify(body) ?? null),
    });
    settings.onReach(true);
    return response;
  } catch (cause) {
    if (!options.signal?.aborted) settings.onReach(false);
    throw new Unreachable(`${method} ${path}`, { cause });
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', forward);
  }
}

/** The reader's language goes with each request, for the page may be ahead of the profile by a moment. */
function inLanguage(path: string): string {
  if (!path.startsWith('/api/') || /[?&]lang=/.test(path)) return path;
  return `${path}${path.includes('?') ? '&' : '?'}lang=${settings.lang()}`;
}

/**
 * Reads data for a page. The preload serves the first reading; later ones ask the server, and fall back
 * to the last answer when it cannot be reached, for an old page serves a trainee better than none.
 */
export async function get<T>(path: string, options: Options & { keep?: boolean } = {}): Promise<T> {
  const key = cacheKey(path);
  if (first.has(path)) {
    const data = first.get(path) as T;
    first.delete(path);
    last.set(key, data);
    return data;
  }
  try {
    const data = await request<T>('GET', path, undefined, options.keep ? { ...options, headers: { ...options.headers, [keepHeader]: '1' } } : options);
    last.set(key, data);
    return data;
  } catch (failure) {
    const gone = failure instanceof Problem ? failure.passing : true;
    if (gone && last.has(key) && !options.signal?.aborted) return last.get(key) as T;
    throw failure;
  }
}

/** The last answer to a GET in this language, if there was one in this visit. */
export function peek<T>(path: string): T | undefined {
  return last.get(cacheKey(path)) as T | undefined;
}

/** Forgets every answer; at sign-out. */
export function forget(): void {
  last.clear();
  first.clear();
}

function cacheKey(path: string): string {
  return `${settings.lang()} ${path}`;
}
