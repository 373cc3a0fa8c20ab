/**
 * Sends one file in pieces (tus 1.0, tus.io/protocols/resumable-upload) over a line that may break at any time: what
 * arrived stays, and after a break it is asked how much that is. Pieces grow while the line is quick, so that on a
 * slow one a break costs little.
 */

const version = { 'tus-resumable': '1.0.0' };
const pieces = { least: 64 << 10, first: 256 << 10, most: 4 << 20 };
/** A piece should take about so long, in milliseconds. */
const pace = 4_000;
const waits = [1_000, 2_000, 4_000, 8_000, 15_000];

export interface Answer {
  status: number;
  header: (name: string) => string | null;
  body: string;
}

/** How requests are made; told says how many bytes of the body have left. */
export type Ask = (method: string, address: string, headers: Record<string, string>, body: Blob | undefined, told: (bytes: number) => void, stop: AbortSignal) => Promise<Answer>;

export interface Task {
  /** The upload's own id, "" before it began. */
  id: string;
  file: Blob;
  meta: Record<string, string>;
}

export interface Hooks {
  /** The address of all uploads, or of one. */
  address: (id: string) => string;
  ask: Ask;
  began: (id: string) => void;
  moved: (sent: number) => void;
  /** The line is gone, or back. */
  waiting: (yes: boolean) => void;
  sleep: (ms: number, stop: AbortSignal) => Promise<void>;
  now: () => number;
}

export const encode = (meta: Record<string, string>): string =>
  Object.entries(meta)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key} ${btoa(String.fromCharCode(...new TextEncoder().encode(value)))}`)
    .join(',');

/** Gives the code of a refusal, "" when the file was taken; throws when it is stopped. */
export async function upload(task: Task, hooks: Hooks, stop: AbortSignal): Promise<string> {
  let size = pieces.first;
  let failed = 0;
  let at = -1;
  for (;;) {
    stop.throwIfAborted();
    try {
      let answer: Answer;
      if (!task.id) {
        answer = await hooks.ask('POST', hooks.address(''), { ...version, 'upload-length': String(task.file.size), 'upload-metadata': encode(task.meta) }, undefined, () => undefined, stop);
        const id = /\/uploads\/([A-Z0-9]+)/.exec(answer.header('location') ?? '')?.[1];
        if (answer.status === 201 && id) {
          task.id = id;
          hooks.began(id);
          at = 0;
          continue;
        }
      } else if (at < 0) {
        answer = await hooks.ask('HEAD', hooks.address(task.id), version, undefined, () => undefined, stop);
        if (answer.status === 200) {
          at = Number(answer.header('upload-offset') ?? 0);
          hooks.waiting(false);
          hooks.moved(at);
          continue;
        }
        if (answer.status === 404 || answer.status === 410) {
          task.id = ''; // it expired, or the server lost it: from the beginning
          continue;
        }
      } else {
        const from = at;
        const begun = hooks.now();
        const piece = task.file.slice(from, Math.min(from + size, task.file.size));
        answer = await hooks.ask('PATCH', hooks.address(task.id), { ...version, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(from) }, piece, (bytes) => hooks.moved(from + bytes), stop);
        if (answer.status === 204) {
          failed = 0;
          hooks.waiting(false);
          at = Number(answer.header('upload-offset') ?? from + piece.size);
          hooks.moved(at);
          const took = hooks.now() - begun;
          size = Math.max(pieces.least, Math.min(pieces.most, took < pace / 2 ? size * 2 : took > pace * 2 ? size / 2 : size));
          if (at >= task.file.size) return '';
          continue;
        }
        if (answer.status === 409 || answer.status === 404) {
          at = -1;
          continue;
        }
      }
      // 423: another request of ours still hangs; 5xx: the server starts anew.
      if (answer.status !== 423 && answer.status < 500) return codeOf(answer);
      if (answer.status === 507) return 'no-space';
    } catch {
      stop.throwIfAborted();
    }
    if (task.id) at = -1;
    size = Math.max(pieces.least, size / 2);
    hooks.waiting(true);
    await hooks.sleep(waits[Math.min(failed++, waits.length - 1)] ?? 15_000, stop);
  }
}

function codeOf(answer: Answer): string {
  try {
    return (JSON.parse(answer.body) as { code?: string }).code || 'other';
  } catch {
    return answer.status === 413 ? 'too-large' : 'other';
  }
}

/** Requests of a browser; fetch cannot tell how much was sent. */
export const ask: Ask = (method, address, headers, body, told, stop) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => told(event.loaded);
    request.onerror = request.onabort = request.ontimeout = () => reject(new Error('the line broke'));
    request.onload = () => resolve({ status: request.status, header: (name) => request.getResponseHeader(name), body: request.responseText });
    stop.addEventListener('abort', () => request.abort(), { once: true });
    request.send(body ?? null);
  });

/** Waits, but not longer than until the device finds its network again. */
export const sleep = (ms: number, stop: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      removeEventListener('online', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    addEventListener('online', over);
    stop.addEventListener('abort', over, { once: true });
  });
