/** A trainer who speaks, somebody who hears by a good line, and somebody by a bad one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { desktop, enter, executablePath, flags, open, phone } from './browser.ts';
import { BadLine, type Weather } from './line.ts';
import { Server } from './server.ts';
import { compare, recorded, spied, voice, wav, type Likeness } from './speech.ts';
import { until } from './wait.ts';
import { slides } from './slides.ts';

export interface BadCall {
  trainer: Page;
  /** Hears by a good line. */
  well: Page;
  /** Hears by the bad one. */
  bad: Page;
  line: BadLine;
  close: () => Promise<void>;
}

export interface Heard extends Likeness {
  level: string;
  /** Packets of sound that did not come, were asked for again, and the share of time that the receiver made up. */
  lost: number;
  again: number;
  concealed: number;
  /** Seconds until a slide that was turned was there; 0 where none was. */
  slide: number;
}

const launchWith = (more: string[]): Promise<Browser> => chromium.launch({ executablePath, args: [...flags, '--autoplay-policy=no-user-gesture-required', ...more] });

async function come(browser: Browser, login: string, options: object, url: string, line?: BadLine): Promise<Page> {
  const { context, page } = await open(browser, { ...options, serviceWorkers: 'block', bypassCSP: true }, url);
  await spied(context);
  if (line) await line.lead(context);
  await enter(context, `${login}@demo.mostik`);
  await context.request.patch('/api/v1/me', { data: { language: 'en' }, headers: { origin: url } });
  return page;
}

/** Begins a call; the trainer's camera is on. */
export async function call(): Promise<BadCall> {
  const folder = mkdtempSync(join(tmpdir(), 'mostik-voice-'));
  const file = join(folder, 'voice.wav');
  writeFileSync(file, wav(voice(60)));
  const server = await Server.start(); // others show slides in the one that all share
  const { url } = server.address;
  const line = await BadLine.open(server.address);
  const speaking = await launchWith([`--use-file-for-fake-audio-capture=${file}`]);
  const hearing = await launchWith([]);
  const close = async () => {
    await Promise.all([speaking.close(), hearing.close()]);
    line.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const trainer = await come(speaking, 'trainer', desktop, url);
    await trainer.goto('/webinars/demo');
    await trainer.getByRole('button', { name: 'Enter with camera' }).click();
    await trainer.locator('.bar').waitFor();
    const well = await come(hearing, 'facilitator', phone, url);
    const bad = await come(hearing, 'trainee', phone, line.url, line);
    for (const page of [well, bad]) {
      await page.goto('/webinars/demo');
      await page.getByRole('button', { name: 'Enter and listen' }).click();
      await page.locator('.bar').waitFor();
      await until('sound', async () => (await counts(page)).samples > 48_000, 20_000);
    }
    return { trainer, well, bad, line, close };
  } catch (failure) {
    await close();
    throw failure;
  }
}

interface Counts {
  lost: number;
  again: number;
  concealed: number;
  samples: number;
}

/** What a page's browser counts of the sound that it receives. */
const counts = (page: Page): Promise<Counts> =>
  page.evaluate(async () => {
    const sum = { lost: 0, again: 0, concealed: 0, samples: 0 };
    for (const peer of (window as unknown as { peers: RTCPeerConnection[] }).peers) {
      if (peer.connectionState === 'closed') continue;
      (await peer.getStats()).forEach((entry: Record<string, number | string>) => {
        if (entry['type'] !== 'inbound-rtp' || entry['kind'] !== 'audio' || !entry['packetsReceived']) return;
        sum.lost += Number(entry['packetsLost'] ?? 0);
        sum.again += Number(entry['nackCount'] ?? 0);
        sum.concealed += Number(entry['concealedSamples'] ?? 0) - Number(entry['silentConcealedSamples'] ?? 0);
        sum.samples += Number(entry['totalSamplesReceived'] ?? 0);
      });
    }
    return sum;
  });

let deck = false;

/** Turns a slide, and tells after how many seconds the one by the bad line sees it. */
async function turned({ trainer, bad }: BadCall): Promise<number> {
  await trainer.getByRole('button', { name: 'Next page' }).click();
  const from = performance.now();
  await until('the second page', () => bad.locator('.sheet img[alt*="Page 2"]').evaluateAll((images) => images.some((image) => (image as HTMLImageElement).complete && (image as HTMLImageElement).naturalWidth > 0)), 30_000);
  return (performance.now() - from) / 1000;
}

/** Sets a weather, waits for the room to find its way, and compares what is heard. */
export async function judged(there: BadCall, weather: Weather, { settle, seconds, turn = false }: { settle: number; seconds: number; turn?: boolean }): Promise<Heard> {
  const { trainer, well, bad, line } = there;
  if (turn && !deck) {
    deck = true;
    await trainer.locator('nav.tabs').getByRole('button', { name: /^Slides/ }).click();
    await trainer.locator('input[type=file]').setInputFiles({ name: 'Prevention.pdf', mimeType: 'application/pdf', buffer: slides() });
    await bad.locator('.sheet img[alt*="1"]').first().waitFor({ timeout: 60_000 }); // made by the server, which is busy
  }
  line.set(weather);
  await new Promise((resolve) => setTimeout(resolve, settle * 1000));
  const before = await counts(bad);
  const [one, two, slide] = await Promise.all([recorded(well, seconds), recorded(bad, seconds), turn ? new Promise((resolve) => setTimeout(resolve, 5_000)).then(() => turned(there)) : 0]);
  const after = await counts(bad);
  // On a narrow screen the words stand below the bar.
  const level = (await bad.locator('header .chip .words, .news .said').first().innerText()).trim();
  line.set({});
  const likeness = compare(one, two);
  return { ...likeness, level, lost: after.lost - before.lost, again: after.again - before.again, concealed: (after.concealed - before.concealed) / (after.samples - before.samples), slide };
}
