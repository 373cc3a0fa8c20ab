/**
 * The files that are being sent from this page. They go on while another panel is open, and after a reload: until it
 * is sent, a file lies in the browser's own store, for a day at most.
 */
import { ask, sleep, upload, type Task } from './upload.ts';
import { said } from './said.ts';
import { uuidv7 } from '../../../lib/uuid.ts';
import type { Live } from '../live.svelte.ts';

export type Keep = 'webinar' | 'case' | 'course';

interface Kept {
  key: string;
  webinar: string;
  /** Who sent it: another person at this device does not send it in their own name. */
  you: string;
  id: string;
  at: number;
  file: File;
  meta: Record<string, string>;
}

const day = 86_400_000;
/** Says that there is something to go on with, so that nothing is loaded for it elsewhere. */
export const mark = (webinar: string): string => `mostik.uploads.${webinar}`;

/** Does one thing in the browser's own store; what that store cannot do fails. */
const stored = <T>(mode: IDBTransactionMode, what: (files: IDBObjectStore) => IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const opened = indexedDB.open('mostik-uploads', 1);
    opened.onupgradeneeded = () => void opened.result.createObjectStore('files', { keyPath: 'key' });
    opened.onerror = () => reject(opened.error ?? new Error('no store'));
    opened.onsuccess = () => {
      const db = opened.result;
      const request = what(db.transaction('files', mode).objectStore('files'));
      const close = () => db.close();
      request.onsuccess = () => (resolve(request.result), close());
      request.onerror = () => (reject(request.error ?? new Error('no store')), close());
    };
  });

export class Sending {
  state = $state<'sending' | 'paused' | 'waiting' | 'checking' | 'failed'>('sending');
  sent = $state(0);
  fault = $state('');
  readonly name: string;
  readonly size: number;
  readonly slides: boolean;
  #stop = new AbortController();
  #held = false;

  constructor(
    readonly owner: Uploads,
    readonly kept: Kept,
  ) {
    this.name = kept.file.name;
    this.size = kept.file.size;
    this.slides = kept.meta['as'] === 'slides';
  }

  get key(): string {
    return this.kept.key;
  }

  async run(): Promise<void> {
    this.#stop = new AbortController();
    this.#held = false;
    this.state = 'sending';
    this.fault = '';
    const live = this.owner.live;
    const task: Task = { id: this.kept.id, file: this.kept.file, meta: this.kept.meta };
    try {
      const code = await upload(
        task,
        {
          address: (id) => live.address(id ? `uploads/${id}` : 'uploads'),
          ask,
          sleep,
          now: () => performance.now(),
          began: (id) => {
            this.kept.id = id;
            void this.owner.remember(this.kept);
          },
          moved: (sent) => {
            this.sent = sent;
            if (this.state !== 'paused') this.state = sent >= this.size ? 'checking' : 'sending';
          },
          waiting: (yes) => {
            if (yes && this.state !== 'paused') this.state = 'waiting';
          },
        },
        this.#stop.signal,
      );
      await this.owner.forget(this.kept);
      if (!code) return this.owner.take(this);
      this.state = 'failed';
      this.fault = said(code);
    } catch {
      if (!this.#held) this.owner.take(this);
    }
  }

  pause(): void {
    this.#held = true;
    this.state = 'paused';
    this.#stop.abort();
  }

  /** Gives it up, here and on the server. */
  async cancel(): Promise<void> {
    this.owner.take(this);
    this.#stop.abort();
    await this.owner.forget(this.kept);
    if (this.kept.id) await ask('DELETE', this.owner.live.address(`uploads/${this.kept.id}`), { 'tus-resumable': '1.0.0' }, undefined, () => undefined, new AbortController().signal).catch(() => undefined);
  }
}

export class Uploads {
  list = $state.raw<Sending[]>([]);

  constructor(readonly live: Live) {
    void this.#resume();
  }

  add(file: File, keep: Keep, slides = false): string {
    const key = uuidv7();
    const kept: Kept = { key, webinar: this.live.webinar, you: this.live.you, id: '', at: Date.now(), file, meta: { key, name: file.name, keep, as: slides ? 'slides' : 'file' } };
    void this.remember(kept);
    this.#start(kept);
    return key;
  }

  #start(kept: Kept): void {
    const sending = new Sending(this, kept);
    this.list = [...this.list, sending];
    void sending.run();
  }

  take(sending: Sending): void {
    this.list = this.list.filter((each) => each !== sending);
  }

  /** What a store that is full or forbidden does not take is sent all the same, only not after a reload. */
  async remember(kept: Kept): Promise<void> {
    try {
      await stored('readwrite', (files) => files.put(kept));
      localStorage.setItem(mark(kept.webinar), '1');
    } catch {
      return;
    }
  }

  async forget(kept: Kept): Promise<void> {
    try {
      await stored('readwrite', (files) => files.delete(kept.key));
      if ((await stored('readonly', (files) => files.count())) === 0) localStorage.removeItem(mark(kept.webinar));
    } catch {
      return;
    }
  }

  async #resume(): Promise<void> {
    let all: Kept[] = [];
    try {
      all = (await stored('readonly', (files) => files.getAll())) as Kept[];
    } catch {
      return;
    }
    for (const kept of all) {
      if (this.list.some((each) => each.key === kept.key)) continue;
      if (Date.now() - kept.at > day) await this.forget(kept);
      else if (kept.webinar === this.live.webinar && kept.you === this.live.you) this.#start(kept);
    }
  }
}

const known = new WeakMap<Live, Uploads>();

/** The uploads of a room: one for as long as one is in it. */
export function uploadsOf(live: Live): Uploads {
  let found = known.get(live);
  if (!found) known.set(live, (found = new Uploads(live)));
  return found;
}
