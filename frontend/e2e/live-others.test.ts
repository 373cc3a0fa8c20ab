/**
 * Clients that nobody here wrote: Eyevinn's WHIP client sends, its WHEP player receives, both from a page of another
 * site; Firefox is an ordinary participant. Pictures are seen to move, in both directions.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type Server as Web } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { pathToFileURL } from 'node:url';
import puppeteer, { type Browser as Firefox, type Page as FirefoxPage } from 'puppeteer-core';
import { Api, demoPassword } from './lib/api.ts';
import { desktop, launch, open } from './lib/browser.ts';
import { heard, moving, spy, visit } from './lib/room.ts';
import { binary, root, shared } from './lib/server.ts';
import { until } from './lib/wait.ts';

const browser = await launch();
after(() => browser.close());
const firefoxPath = process.env['FIREFOX'] ?? '/usr/bin/firefox-esr';

/** A page with the clients in it, from an address that is not the server's. */
async function otherSite(): Promise<{ url: string; web: Web }> {
  const tools = createRequire(join(root, 'frontend', 'package.json'));
  const { build } = (await import(pathToFileURL(tools.resolve('vite')).href)) as { build: (options: object) => Promise<unknown> };
  const here = join(root, 'frontend', 'e2e');
  const built = (await build({
    configFile: false,
    root: here,
    logLevel: 'error',
    build: { write: false, minify: false, lib: { entry: join(here, 'lib', 'others.page.js'), formats: ['iife'], name: 'others' } },
  })) as { output: { code: string }[] }[];
  const script = built[0]?.output[0]?.code ?? '';
  assert.match(script, /WHIPClient/);
  const web = createServer((request, response) => {
    const isScript = request.url === '/others.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : '<!doctype html><link rel="icon" href="data:,"><video autoplay muted playsinline></video><script src="/others.js"></script>');
  });
  await new Promise<void>((ready) => web.listen(0, '127.0.0.1', ready));
  return { url: `http://127.0.0.1:${(web.address() as AddressInfo).port}/`, web };
}

function ticket(webinar: string, role: string): string {
  const made = spawnSync(binary, ['ticket', '--webinar', webinar, '--role', role, '--name', 'Studio', '--shared'], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], MOSTIK_DATA: join(shared().folder, 'data') },
    encoding: 'utf8',
  });
  assert.equal(made.status, 0, made.stderr);
  return made.stdout.trim();
}

interface Clients {
  WHIPClient: new (options: object) => { ingest(stream: MediaStream): Promise<void>; destroy(): Promise<void> };
  WebRTCPlayer: new (options: object) => { load(url: URL, key: string): Promise<void>; unload(): Promise<void> };
  client: { destroy(): Promise<void> };
  player: { unload(): Promise<void> };
}

test('clients of others', async (t) => {
  const admin = await Api.signIn('admin@demo.mostik');
  const host = await (await Api.signIn('trainer@demo.mostik')).get<{ id: string }>('/me');
  // An interpreter's account: no other story speaks as them.
  const speaker = { login: 'interpreter@demo.mostik', password: demoPassword };
  const own = await Api.signIn(speaker.login);
  await own.patch('/me', { language: 'ru' });
  const { id: speakerId } = await own.get<{ id: string }>('/me');
  const { id: webinar } = await admin.post<{ id: string }>('/webinars', {
    title: 'Прочие программы',
    language: 'ru',
    starts_at: new Date(Date.now() - 60_000).toISOString(),
    ends_at: new Date(Date.now() + 7_200_000).toISOString(),
    host_ids: [host.id],
    speaker_ids: [speakerId],
  });
  const api = `${shared().url}/api/v1/webinars/${webinar}`;
  const trainer = await visit(browser, desktop, 'trainer', 'en');

  await t.test('a WHIP client sends, a WHEP player receives, both from a page of another site, and the room is heard and seen in them', async () => {
    const { url, web } = await otherSite();
    const { context, page, watch } = await open(browser, { permissions: ['camera', 'microphone'] }, url);
    try {
      const second = await context.newPage();
      await page.goto(url);
      await second.goto(url);
      await page.evaluate(
        async ({ endpoint, authkey }) => {
          const all = window as unknown as Clients;
          const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 360 }, audio: true });
          const client = new all.WHIPClient({ endpoint, opts: { authkey, iceServers: [] } });
          all.client = client;
          await client.ingest(stream);
        },
        { endpoint: `${api}/whip`, authkey: ticket(webinar, 'speaker') },
      );
      await second.evaluate(
        async ({ endpoint, key }) => {
          const all = window as unknown as Clients;
          const player = new all.WebRTCPlayer({ video: document.querySelector('video'), type: 'whep', iceServers: [] });
          all.player = player;
          await player.load(new URL(endpoint), key);
        },
        { endpoint: `${api}/whep`, key: `Bearer ${ticket(webinar, 'viewer')}` },
      );
      const drawn = () => second.evaluate(() => document.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0);
      const moves = async (what: string) => {
        const first = await drawn();
        await until(`${what} to move in the player`, async () => (await drawn()) > first + 20);
      };
      await until('the player to have a picture', () => second.evaluate(() => (document.querySelector('video')?.videoWidth ?? 0) > 0));
      await moves('what is sent by WHIP');

      await trainer.page.goto(`/webinars/${webinar}`);
      await trainer.page.getByRole('button', { name: 'Enter with camera' }).click();
      await trainer.page.locator('.bar').waitFor();
      await until('the trainer to hear what is sent by WHIP', async () => (await heard(trainer.page)) > 0);
      // It is somebody in the room: a tile with its name, whose picture is decoded and goes on.
      const tile = trainer.page.locator('figure[data-person]').filter({ has: trainer.page.locator('figcaption', { hasText: 'Studio' }) });
      const inTile = () => tile.locator('video').evaluate((video: HTMLVideoElement) => (video.videoWidth > 0 ? video.getVideoPlaybackQuality().totalVideoFrames : 0));
      await tile.locator('video').waitFor();
      await until('the tile of what is sent by WHIP to have a picture', async () => (await inTile()) > 0);
      const before = await inTile();
      await until('it to move in the tile', async () => (await inTile()) > before + 20);
      await page.evaluate(() => (window as unknown as Clients).client.destroy());
      await tile.waitFor({ state: 'detached' });
      // The player's only slot is free once what came by WHIP is gone: what moves from here on is the room's.
      await until('the slot to change hands', async () => (await second.evaluate(() => document.querySelector('video')?.videoWidth)) !== 640);
      await moves('the trainer');
      await second.evaluate(() => (window as unknown as Clients).player.unload());
      watch.clean();
    } finally {
      await context.close();
      web.close();
    }
  });

  await t.test('Firefox takes part', { skip: existsSync(firefoxPath) ? false : 'Firefox (Debian: firefox-esr) is not installed' }, async () => {
    const firefox = await openFirefox();
    try {
      const page = await firefox.newPage();
      await page.evaluateOnNewDocument(spy);
      await page.goto(`${shared().url}/sign-in?next=/webinars/${webinar}`);
      await page.type('#login', speaker.login);
      await page.type('#password', speaker.password);
      await page.keyboard.press('Enter');
      await press(page, 'Войти с камерой');
      await page.waitForSelector('.bar');
      await moving(trainer.page, 1, 'the trainer');
      const seen = () => page.evaluate(countDecoded);
      await until('Firefox to see the trainer', async () => (await seen()) > 0);
      const first = await seen();
      await until('the trainer to move in Firefox', async () => (await seen()) > first + 20);
      await until('both pictures to be drawn in Firefox', () => page.evaluate(() => [...document.querySelectorAll('figure[data-person] video')].filter((video) => (video as HTMLVideoElement).videoWidth > 0).length >= 2));
    } finally {
      await firefox.close();
    }
  });
  await trainer.page.context().close();
});

const openFirefox = (): Promise<Firefox> =>
  puppeteer.launch({
    browser: 'firefox',
    executablePath: firefoxPath,
    headless: true,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.autoplay.default': 0,
      'media.peerconnection.ice.loopback': true,
      'media.peerconnection.ice.obfuscate_host_addresses': false,
    },
  });

/** Presses the button with these words when it can be pressed. */
async function press(page: FirefoxPage, words: string): Promise<void> {
  await until(`the button "${words}"`, () =>
    page.evaluate((name) => {
      const button = [...document.querySelectorAll('button')].find((each) => each.textContent?.trim() === name && !each.disabled);
      button?.click();
      return button !== undefined;
    }, words),
  );
}

/** Frames of pictures that were decoded. */
async function countDecoded(): Promise<number> {
  let sum = 0;
  for (const peer of (window as unknown as { peers: RTCPeerConnection[] }).peers) {
    (await peer.getStats()).forEach((entry: { type: string; kind?: string; framesDecoded?: number }) => {
      if (entry.type === 'inbound-rtp' && entry.kind === 'video') sum += entry.framesDecoded ?? 0;
    });
  }
  return sum;
}
