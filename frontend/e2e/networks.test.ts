/**
 * Networks that let little out, and that change: no datagrams, nothing but what looks like HTTPS, datagrams again,
 * another address. A trainer sits beside the server, a site at the other end of a wire of our own.
 */
import test from 'node:test';
import { chromium, type Browser, type Page } from 'playwright-core';
import { executablePath, flags, signIn } from './lib/browser.ts';
import { type End, moved, Networks, name } from './lib/networks.ts';
import { Server } from './lib/server.ts';
import { until } from './lib/wait.ts';

interface Spied {
  peers: RTCPeerConnection[];
}

/** Keeps the page's connections. */
function spy(policy: RTCIceTransportPolicy): void {
  const spied: Spied = { peers: [] };
  Object.assign(window, { spied });
  const Real = RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(options?: RTCConfiguration) {
      super({ ...options, iceTransportPolicy: policy });
      spied.peers.push(this);
    }
  };
}

/** Pictures that were decoded by now. */
const decoded = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    let frames = 0;
    for (const peer of (window as unknown as { spied: Spied }).spied.peers) {
      if (peer.connectionState === 'closed') continue;
      (await peer.getStats()).forEach((entry: { type: string; kind?: string; framesDecoded?: number }) => {
        if (entry.type === 'inbound-rtp' && entry.kind === 'video') frames += entry.framesDecoded ?? 0;
      });
    }
    return frames;
  });

/** Waits for twenty pictures more. */
async function moving(page: Page, what: string): Promise<void> {
  const before = await until(`${what} to see a picture`, () => decoded(page));
  await until(`${what} to see pictures move`, async () => (await decoded(page)) >= before + 20);
}

interface Way {
  local: string;
  address: string;
  protocol: string;
  relay: string;
  remote: string;
}

/** The ways that carry sound and pictures, one for each connection that lives. */
const ways = (page: Page): Promise<Way[]> =>
  page.evaluate(async () => {
    const found: Way[] = [];
    for (const peer of (window as unknown as { spied: Spied }).spied.peers) {
      if (peer.connectionState === 'closed') continue;
      const all = new Map<string, Record<string, string>>();
      (await peer.getStats()).forEach((entry: Record<string, string>) => all.set(entry['id'] ?? '', entry));
      for (const transport of all.values()) {
        const pair = transport['type'] === 'transport' ? all.get(transport['selectedCandidatePairId'] ?? '') : undefined;
        const [local, remote] = [all.get(pair?.['localCandidateId'] ?? ''), all.get(pair?.['remoteCandidateId'] ?? '')];
        if (local && remote) found.push({ local: local['candidateType'] ?? '', address: local['address'] ?? '', protocol: local['protocol'] ?? '', relay: local['relayProtocol'] ?? '', remote: remote['address'] ?? '' });
      }
    }
    return found;
  });

/** Waits until both connections of a page go by ways like this. */
async function both(page: Page, what: string, like: (way: Way) => boolean): Promise<void> {
  let found: Way[] = [];
  try {
    await until(what, async () => (found = await ways(page)).length === 2 && found.every(like), 30_000);
  } catch (failure) {
    const states = await page.evaluate(() => (window as unknown as { spied: Spied }).spied.peers.map((peer) => `${peer.connectionState}/${peer.iceConnectionState}/${peer.signalingState}`));
    throw new Error(`${(failure as Error).message}: the ways are ${JSON.stringify(found)}, the connections ${states.join(', ')}`);
  }
}

test('networks that let little out, and that change', async (t) => {
  const networks = await Networks.make();
  if (typeof networks === 'string') return t.skip(networks);
  t.after(() => networks.remove());
  const { cert, key } = networks.certificate();
  const url = `https://${name}:8443`;
  const starting = Server.start({
    program: (binary) => networks.wrapper('server', binary),
    env: { MOSTIK_ADDR: ':8443', MOSTIK_PUBLIC_URL: url, MOSTIK_TLS: 'files', MOSTIK_TLS_CERT: cert, MOSTIK_TLS_KEY: key, MOSTIK_DEMO_ANYWHERE: 'true' },
    url,
  });
  const launch = async (end: End): Promise<Browser> => {
    const browser = await chromium.launch({ executablePath: networks.wrapper(end, executablePath), args: [...flags, '--ignore-certificate-errors'] });
    t.after(() => browser.close());
    return browser;
  };
  t.after(() => starting.then((server) => server.stop(), () => undefined));
  const [here, there] = await Promise.all([launch('server'), launch('person'), starting]);

  /** Comes in, in a browser of one's own. */
  async function visit(browser: Browser, login: string, policy: RTCIceTransportPolicy, enter: (page: Page) => Promise<void>): Promise<Page> {
    const context = await browser.newContext({ baseURL: url, ignoreHTTPSErrors: true, serviceWorkers: 'block', locale: 'en-GB' });
    context.setDefaultTimeout(30_000);
    await context.addInitScript(spy, policy);
    const page = await context.newPage();
    await until('the server', () => page.goto('/sign-in'));
    await signIn(page, `${login}@demo.mostik`);
    await page.evaluate(() => fetch('/api/v1/me', { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: '{"language":"en"}' }));
    await enter(page);
    await page.getByRole('button', { name: 'Enter with camera' }).click();
    await page.locator('.bar').waitFor();
    return page;
  }
  const alone = async (page: Page): Promise<void> => void (await page.goto('/webinars/demo'));
  const asSite = async (page: Page): Promise<void> => {
    await page.goto('/webinars');
    await page.locator('a[href*="?site="]').first().click();
  };

  const [trainer, behind] = await Promise.all([visit(here, 'trainer', 'all', alone), visit(there, 'facilitator', 'relay', asSite)]);
  await t.test('nothing but what looks like HTTPS: by the relay within TLS', async () => {
    await both(behind, 'the relay', ({ local, relay, remote }) => local === 'relay' && relay === 'tls' && remote === '192.0.0.8');
    await moving(behind, 'the site');
    await moving(trainer, 'the trainer');
    await behind.context().close();
  });

  const site = await visit(there, 'facilitator', 'all', asSite);
  await t.test('no datagrams: by TCP to the port of the pages', async () => {
    await both(site, 'TCP', ({ local, protocol }) => local !== 'relay' && protocol === 'tcp');
    await moving(site, 'the site');
    await moving(trainer, 'the trainer');
  });

  await t.test('datagrams are let out again: back to UDP by itself, on the same connections', async () => {
    const peers = () => site.evaluate(() => (window as unknown as { spied: Spied }).spied.peers.length);
    const before = await peers();
    networks.letOut();
    await both(site, 'UDP', ({ local, protocol }) => local !== 'relay' && protocol === 'udp');
    await moving(site, 'the site');
    await moving(trainer, 'the trainer');
    if ((await peers()) !== before) throw new Error('it began anew');
  });

  await t.test('another address in mid-call: sound and pictures come back from there', async () => {
    networks.move();
    await both(site, 'the new address', ({ address, protocol }) => address === moved && protocol === 'udp');
    await moving(site, 'the site');
    await moving(trainer, 'the trainer');
  });
});
