/**
 * The room as one sees and hears it: nine sites send pictures. Nothing covers a face or a name, and one comes in
 * by keyboard; the lobby explains what a device will not do, and what is heavy comes when it is chosen.
 */
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { Api, trainee, type Fresh } from './lib/api.ts';
import { desktop, enter, launch, open } from './lib/browser.ts';
import { sites } from './lib/sites.ts';
import { slides } from './lib/slides.ts';
import { until } from './lib/wait.ts';

const browser = await launch();
after(() => browser.close());
const pictures = process.env['MOSTIK_PICTURES'] === '1';

const admin = await Api.signIn('admin@demo.mostik');
const centres = (await admin.get<{ sites: { id: string }[] }>('/webinars/demo')).sites.map(({ id }) => id);
const host = await trainee('Ирина', 'Константинопольская-Рождественская', { language: 'en' });
// Who leads a webinar must be of the staff; and who facilitates at a centre may come in for it.
for (const id of centres) await admin.post(`/people/${host.id}/roles`, { role: 'facilitator', scope: { kind: 'centre', id } });
const { id: webinar } = await admin.post<{ id: string }>('/webinars', {
  title: 'Помощь помогающим: девять центров на связи', language: 'ru', host_ids: [host.id], centre_ids: centres,
  agenda: [{ title: 'Знакомство' }, { title: 'Как замечать выгорание у себя и у коллег, и что с этим делать', minutes: 30 }],
  starts_at: new Date(Date.now() - 60_000).toISOString(), ends_at: new Date(Date.now() + 3_600_000).toISOString(),
});

async function visit(options: BrowserContextOptions, somebody: Fresh, spoil?: () => void) {
  const visited = await open(browser, { ...options, serviceWorkers: 'block' });
  if (spoil) await visited.context.addInitScript(spoil);
  await enter(visited.context, somebody.login, somebody.password);
  await visited.page.goto(`/webinars/${webinar}`);
  return visited;
}

/** What of another element lies over a face, a name or a place. */
const covered = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const faults: string[] = [];
    const stage = document.querySelector('section.stage')?.getBoundingClientRect();
    for (const figure of document.querySelectorAll('figure[data-person]')) {
      const who = figure.querySelector('.name')?.textContent ?? '';
      const inside = figure.getBoundingClientRect();
      if (!stage || inside.top < stage.top - 1 || inside.bottom > stage.bottom + 1 || inside.left < stage.left - 1 || inside.right > stage.right + 1) continue; // to be scrolled to
      for (const part of figure.querySelectorAll('.picture, .name, .where')) {
        const { left, top, width, height } = part.getBoundingClientRect();
        if (part.textContent === '' && !part.matches('.picture')) continue;
        if (height < 12 || width < 20) faults.push(`${who}: ${part.className} is ${width} by ${height}`);
        for (const [x, y] of [[0.5, 0.5], [0.04, 0.1], [0.96, 0.9]] as const) {
          const hit = document.elementFromPoint(left + width * x, top + height * y);
          if (!hit || !(part.contains(hit) || hit.contains(part))) faults.push(`${who}: ${part.className} under ${hit?.tagName}.${hit?.className}`);
        }
      }
      const [face, words] = [figure.querySelector('.picture'), figure.querySelector('figcaption')].map((each) => each?.getBoundingClientRect());
      if (face && words && face.bottom > words.top + 0.5) faults.push(`${who}: the face runs into the words`);
    }
    return faults;
  });

async function look(page: Page, name: string): Promise<void> {
  assert.deepEqual(await covered(page), [], name);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${name} scrolls sideways by ${wide}`);
  for (const colorScheme of pictures ? (['light', 'dark'] as const) : (['light'] as const)) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).options({ resultTypes: ['violations'] }).analyze();
    assert.deepEqual(violations.map((each) => `${name} ${colorScheme}: ${each.id} ${each.nodes.slice(0, 2).map(({ html }) => html.slice(0, 140)).join(' | ')}`), []);
    if (pictures) await page.screenshot({ path: new URL(`out/room-${name}${colorScheme === 'dark' ? '-dark' : ''}.png`, import.meta.url).pathname });
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

const faces = (page: Page, n: number) =>
  until(`${n} faces`, () => page.locator('figure video').evaluateAll((list, least) => list.filter((video) => (video as HTMLVideoElement).videoWidth > 0).length >= least, n));

test('a lobby that explains what a device will not do', async () => {
  const { context, page, watch } = await visit(desktop, host, () => {
    navigator.mediaDevices.getUserMedia = (want) => Promise.reject(new DOMException('no', want?.video ? 'NotAllowedError' : 'NotReadableError'));
  });
  await page.getByText('Press the sign beside the address').waitFor();
  await page.getByText('Another program uses it').waitFor();
  await page.getByRole('button', { name: 'Try the microphone again' }).waitFor();
  if (pictures) await page.screenshot({ path: new URL('out/room-refused.png', import.meta.url).pathname });
  await page.getByRole('button', { name: 'Enter without camera and microphone' }).click();
  await page.getByRole('button', { name: 'Unmute' }).click();
  await page.getByText('Microphone: Another program uses it').waitFor();
  watch.clean();
  await context.close();
});

test('a lobby that loads what is heavy when it is chosen, and remembers it', async () => {
  const { context, page, watch } = await visit(desktop, host);
  const loaded: string[] = [];
  page.on('response', (answer) => loaded.push(new URL(answer.url()).pathname));
  await page.locator('.lobby video').waitFor();
  assert.deepEqual(loaded.filter((path) => /\.(wasm|tflite)$/.test(path)), []);
  await page.getByLabel('How your sound is treated').selectOption('strong');
  await until('the cleaner', () => loaded.some((path) => /rnnoise\w*-.*\.wasm$/.test(path)));
  await until('a sound through it', async () => Number(await page.getByRole('meter').getAttribute('aria-valuenow')) > 0);
  await page.getByLabel('Blur what is behind me').check();
  await until('the model', () => loaded.some((path) => path.endsWith('.tflite')));
  await until('pictures through the blur', () => page.locator('.lobby video').evaluate((video: HTMLVideoElement) => video.videoWidth > 0 && video.getVideoPlaybackQuality().totalVideoFrames > 5));
  await page.reload();
  await until('the choice again', async () => (await page.getByLabel('How your sound is treated').inputValue()) === 'strong');
  watch.clean();
  await context.close();
});

/** Goes on by Tab until what has the focus is called so. */
async function reach(page: Page, name: RegExp): Promise<void> {
  for (let i = 0; i < 120; i++) {
    const called = await page.evaluate(() => {
      const on = document.activeElement as HTMLInputElement | null;
      return on?.getAttribute('aria-label') ?? on?.labels?.[0]?.innerText ?? on?.innerText ?? '';
    });
    if (name.test(called.trim())) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`nothing called ${name} is reached by Tab`);
}

test('nine sites, entered and turned into a grid by keyboard: nothing covers a face or a name', async () => {
  const stand = await open(browser, { ...desktop, serviceWorkers: 'block' });
  await stand.page.goto('/here?lang=en');
  await sites(stand.page, await Api.signIn(host.login, host.password), webinar, centres);
  const { page, watch } = await visit(desktop, host);
  const { keyboard } = page;
  await page.locator('.lobby video').waitFor();
  await page.locator('.lobby .enter button').first().focus();
  await keyboard.press('Enter');
  await page.locator('.bar[role=group]').waitFor();
  await until('the focus on the title', () => page.evaluate(() => document.activeElement?.tagName === 'H1'));

  await keyboard.press('m');
  await page.locator('.bar[role=group]').getByRole('button', { name: 'Unmute' }).waitFor();
  await look(page, 'speaker');
  await keyboard.press('g');
  await page.locator('.grid').waitFor();
  await faces(page, 9);
  assert.equal(await page.locator('figure[data-person]').count(), 10);
  await look(page, 'grid');

  // The main acts, by keyboard alone: a hand, a line of chat, a poll from its making to one's vote, slides, leaving.
  await keyboard.press('h');
  await page.locator('.bar[role=group]').getByRole('button', { name: 'Lower hand' }).waitFor();
  await keyboard.press('h');
  await keyboard.press('c');
  await until('the focus in the chat', () => page.evaluate(() => document.activeElement?.tagName === 'TEXTAREA'));
  await keyboard.type('Good morning, Almaty');
  await keyboard.press('Enter');
  await page.locator('[role=log]').getByText('Good morning, Almaty').first().waitFor();
  await page.locator('.whole h1').focus();
  await reach(page, /^Polls/);
  await keyboard.press('Enter');
  await reach(page, /^New poll$/);
  await keyboard.press('Enter');
  for (const [field, text] of [[/^Question$/, 'Shall we pause?'], [/^Answer 1$/, 'Yes'], [/^Answer 2$/, 'No']] as const) {
    await reach(page, field);
    await keyboard.type(text);
  }
  await reach(page, /^Keep$/);
  await keyboard.press('Enter');
  await page.locator('.panel form').waitFor({ state: 'detached' });
  await reach(page, /^Open$/);
  await keyboard.press('Enter');
  await page.locator('.panel input[type=radio]').first().waitFor();
  await page.locator('.whole h1').focus();
  await reach(page, /^Yes$/);
  await keyboard.press('Space');
  await reach(page, /^Vote$/);
  await keyboard.press('Enter');
  await page.getByText('Your vote is counted.').waitFor();
  await page.locator('.whole h1').focus();
  await reach(page, /^Slides/);
  await keyboard.press('Enter');
  await page.locator('input[type=file]').setInputFiles({ name: 'Pause.pdf', mimeType: 'application/pdf', buffer: slides() });
  const shown = (n: number) => page.locator(`.sheet img[alt*="Page ${n}"]`).waitFor();
  await shown(1);
  await page.locator('.whole h1').focus();
  await keyboard.press('PageDown');
  await shown(2);
  await keyboard.press('PageUp');
  await shown(1);
  await reach(page, /^Leave$/);
  await keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await reach(page, /^Leave$/);
  await keyboard.press('Enter');
  await page.waitForURL(/\/webinars$/);
  for (const each of [watch, stand.watch]) each.clean();
});
