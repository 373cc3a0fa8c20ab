/** Rooms as browsers see them: what they decode and hear, and how they get in. */
import assert from 'node:assert/strict';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { enter, open, type Watch } from './browser.ts';
import { shared, type Address } from './server.ts';
import { until } from './wait.ts';

/** Keeps the page's connections where a test can count what they decode, and the codes with which its lines were closed. */
export function spy(): void {
  const all: RTCPeerConnection[] = [];
  const Real = RTCPeerConnection;
  Object.assign(window, { peers: all });
  window.RTCPeerConnection = class extends Real {
    constructor(options?: RTCConfiguration) {
      super(options);
      all.push(this);
    }
  };
  const codes: number[] = [];
  const Line = WebSocket;
  Object.assign(window, { codes });
  window.WebSocket = class extends Line {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('close', ({ code }) => codes.push(code));
    }
  };
}

/** Frames that were decoded by now, for each section that receives pictures; a section keeps its name as long as it lives. */
export const frames = (page: Page): Promise<Record<string, number>> =>
  page.evaluate(async () => {
    const seen: Record<string, number> = {};
    for (const [at, peer] of (window as unknown as { peers: RTCPeerConnection[] }).peers.entries()) {
      if (peer.connectionState === 'closed') continue;
      (await peer.getStats()).forEach((entry: { type: string; id: string; kind?: string; framesDecoded?: number }) => {
        if (entry.type === 'inbound-rtp' && entry.kind === 'video' && entry.framesDecoded) seen[`${at}/${entry.id}`] = entry.framesDecoded;
      });
    }
    return seen;
  });

/** Samples that are not silence, of everything that is heard. */
export const heard = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    let energy = 0;
    for (const peer of (window as unknown as { peers: RTCPeerConnection[] }).peers) {
      if (peer.connectionState === 'closed') continue;
      (await peer.getStats()).forEach((entry: { type: string; kind?: string; totalAudioEnergy?: number }) => {
        if (entry.type === 'inbound-rtp' && entry.kind === 'audio') energy += entry.totalAudioEnergy ?? 0;
      });
    }
    return energy;
  });

/** Waits until so many pictures move: each decodes ten frames more than when it was first seen, on a connection that may be new. */
export async function moving(page: Page, n: number, what: string): Promise<void> {
  const first: Record<string, number> = {};
  await until(
    `${what} to see ${n} pictures move`,
    async () => {
      const now = await frames(page);
      for (const [name, count] of Object.entries(now)) first[name] ??= count;
      return Object.entries(now).filter(([name, count]) => count >= first[name]! + 10).length >= n;
    },
    60_000,
  );
}

/** Somebody's browser, signed in and in their language; without a login it is a guest's. */
export async function visit(browser: Browser, options: BrowserContextOptions, login: string, language: string, at: Address = shared()): Promise<{ page: Page; watch: Watch }> {
  const { context, page, watch } = await open(browser, { ...options, serviceWorkers: 'block' }, at.url);
  await context.addInitScript(spy);
  if (login) {
    await enter(context, `${login}@demo.mostik`);
    const answer = await context.request.patch('/api/v1/me', { data: { language }, headers: { origin: at.url } });
    assert.ok(answer.ok(), `the language of ${login}`);
  }
  return { page, watch };
}

export const panel = (page: Page, name: string) => page.locator('nav.tabs').getByRole('button', { name: new RegExp(`^${name}`) }).click();
