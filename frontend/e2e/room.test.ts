/**
 * The room as one sees and hears it, full: nine sites and thirty people whose line the test plays (lib/roomful.ts),
 * so that no other test meets them. Nothing covers a face or a name; everything is done by keyboard; what happens is
 * said to those who do not look; the lobby explains what a device will not do, and what is heavy comes when it is chosen.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import test, { after } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { trainee } from './lib/api.ts';
import { desktop, enter, launch, open, phone } from './lib/browser.ts';
import { crowd, fill, type Roomful } from './lib/roomful.ts';
import { until } from './lib/wait.ts';

const browser = await launch();
after(() => browser.close());
const pictures = process.env['MOSTIK_PICTURES'] === '1';
const folder = new URL('out/', import.meta.url).pathname;
mkdirSync(folder, { recursive: true });
const somebody = await trainee('Ирина', 'Белова');

async function visit(options: BrowserContextOptions, language: string, room: Roomful) {
  const { context, page, watch } = await open(browser, { ...options, serviceWorkers: 'block' });
  await enter(context, somebody.login, somebody.password);
  await somebody.api.patch('/me', { language });
  const role = room.grants.includes('host') ? 'host' : 'viewer';
  const starts = new Date(Date.now() - 600_000).toISOString();
  await page.route('**/api/v1/webinars/full', (route) =>
    route.fulfill({ json: { id: 'full', title: 'Помощь помогающим: девять центров на связи', language: 'ru', agenda: [], starts_at: starts, ends_at: new Date(Date.now() + 3_600_000).toISOString(), sites: [], hosts: ['Ирина Белова'], role, my_sites: [], open: true, may_manage: false } }),
  );
  await page.route('**/api/v1/webinars/full/ticket', (route) => route.fulfill({ json: { ticket: 't', webinar: 'full', title: '', role, expires_at: new Date(Date.now() + 3_600_000).toISOString() } }));
  const filled = await fill(page, room);
  await page.goto('/webinars/full');
  return { context, page, watch, ...filled };
}

/** Goes in, and waits until the sites are seen. */
async function go(page: Page, faces: number): Promise<void> {
  await page.locator('.lobby .enter button').first().click();
  await page.locator('.bar[role=group]').waitFor();
  await until('the faces', () => page.locator('figure video').evaluateAll((list, n) => list.filter((video) => (video as HTMLVideoElement).videoWidth > 0).length >= n, faces));
}

/** What of another element lies over a face, a name or a place. */
const covered = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const faults: string[] = [];
    const stage = document.querySelector('section.stage')?.getBoundingClientRect();
    for (const figure of document.querySelectorAll('figure[data-person]')) {
      const who = figure.querySelector('.name')?.textContent ?? '';
      const inside = figure.getBoundingClientRect();
      if (!stage || inside.top < stage.top - 1 || inside.bottom > stage.bottom + 1) continue; // to be scrolled to
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

async function look(page: Page, name: string, axe = true): Promise<void> {
  assert.deepEqual(await covered(page), [], name);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${name} scrolls sideways by ${wide}`);
  for (const colorScheme of pictures ? (['light', 'dark'] as const) : (['light'] as const)) {
    await page.emulateMedia({ colorScheme });
    if (axe) {
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).options({ resultTypes: ['violations'] }).analyze();
      assert.deepEqual(violations.map((each) => `${name} ${colorScheme}: ${each.id} ${each.nodes.slice(0, 2).map(({ html }) => html.slice(0, 140)).join(' | ')}`), []);
    }
    if (pictures) await page.screenshot({ path: `${folder}room-${name}${colorScheme === 'dark' ? '-dark' : ''}.png` });
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

const names = ['people', 'chat', 'questions', 'polls', 'slides', 'files', 'notes', 'more'];

test('nine sites and thirty people, on a desk', async () => {
  for (const language of pictures ? ['ru', 'en', 'tg'] : ['ru']) {
    const { context, page, watch, tell } = await visit(desktop, language, crowd('host'));
    await go(page, 7);
    await look(page, `grid-${language}`);
    assert.equal(await page.locator('figure[data-person]').count(), 11);
    // Pinned for oneself: large here, though the host of all chose the grid; nobody else is told.
    await page.locator('figure[data-person=p8] .pin').click();
    await page.locator('.main figure[data-person=p8]').waitFor();
    await look(page, `pinned-${language}`, false);
    await page.locator('.main .pin').click();
    await page.locator('.grid').waitFor();
    tell('slides', 'deck', { id: 'd1', title: 'Профилактика выгорания: материалы для девяти центров', page: 2, pages: 14, by: 'p1', drawing: [{ colour: '#b3261e', points: [[0.1, 0.4], [0.5, 0.45]] }], pointer: [0.6, 0.3] });
    await page.locator('.sheet img').waitFor();
    for (const [i, name] of names.entries()) {
      if (!pictures && name !== 'slides' && name !== 'more') continue;
      await page.locator('nav.tabs button').nth(i).click();
      if (name === 'slides') assert.equal(await page.locator('.presenter textarea').inputValue(), 'Сначала спросить Алматы.');
      await look(page, `${name}-${language}`);
    }
    watch.clean();
    await context.close();
  }
});

test('nine sites on a phone: two columns that scroll', async () => {
  for (const language of pictures ? ['ru', 'en', 'kk'] : ['ru']) {
    const { context, page, watch } = await visit(phone, language, crowd('audience'));
    await page.locator('.lobby .enter button').first().waitFor();
    if (pictures) await page.screenshot({ path: `${folder}room-phone-lobby-${language}.png` });
    await go(page, 1);
    await look(page, `phone-grid-${language}`);
    const tiles = await page.locator('figure[data-person]').evaluateAll((list) => list.map((each) => Math.round(each.getBoundingClientRect().left)));
    assert.equal(new Set(tiles).size, 2, 'two columns');
    assert.ok(await page.locator('.grid').evaluate((grid) => grid.scrollHeight > grid.clientHeight), 'the grid scrolls');
    await page.locator('.bar[role=group] button').nth(1).click();
    await until('the newest line', () => page.locator('[role=log]').evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight < 4));
    await look(page, `phone-chat-${language}`);
    for (const [i, name] of names.filter((each) => each !== 'slides').entries()) {
      if (!pictures || name === 'chat') continue;
      await page.locator('nav.tabs button').nth(i).click();
      await look(page, `phone-${name}-${language}`);
    }
    watch.clean();
    await context.close();
  }
});

test('the room by keyboard, and what is said to those who do not look', async () => {
  const { context, page, watch, tell, asked } = await visit(desktop, 'en', crowd('host'));
  const has = (type: string) => asked.some((each) => each.t === type);
  const { keyboard } = page;
  await page.locator('.lobby video').waitFor();
  await page.locator('.lobby .enter button').first().focus();
  await keyboard.press('Enter');
  await page.locator('.bar[role=group]').waitFor();
  await until('the focus on the title', () => page.evaluate(() => document.activeElement?.tagName === 'H1'));
  await keyboard.press('m');
  await page.locator('.bar[role=group]').getByRole('button', { name: 'Unmute' }).waitFor();
  await keyboard.press('h');
  await until('the hand', () => Promise.resolve(has('hand.raise')));
  await keyboard.press('g');
  await page.locator('.main figure').waitFor();

  await keyboard.press('Shift+Slash');
  const list = page.getByRole('dialog');
  await list.getByText('Microphone on or off').waitFor();
  await list.getByRole('checkbox').press('Space');
  await keyboard.press('Escape');
  await keyboard.press('g');
  assert.equal(await page.locator('.grid').count(), 0, 'letters are turned off');
  await page.locator('nav.tabs button').last().press('Enter');
  await page.getByRole('button', { name: 'Keys' }).press('Enter');
  await list.getByRole('checkbox').press('Space');
  await keyboard.press('Escape');
  await page.locator('.bar[role=group] button').first().focus();
  await keyboard.press('c');
  await keyboard.type('Good morning');
  await keyboard.press('Enter');
  await until('the line', () => Promise.resolve(asked.some((each) => each.t === 'chat.send' && (each.d as { text: string }).text === 'Good morning')));

  tell('slides', 'deck', { id: 'd1', title: 'Prevention', page: 2, pages: 14, by: 'p1' });
  await page.locator('.sheet').waitFor();
  await page.locator('.bar[role=group] button').first().focus();
  await keyboard.press('PageDown'); // as a presenter's clicker does
  await until('the next page', () => Promise.resolve(asked.some((each) => each.t === 'slides.show' && (each.d as { page: number }).page === 3)));

  tell('people', 'p8', { name: 'Бишкек', city: 'Бишкек', zone: 'Asia/Bishkek', heads: 9, kind: 'site', role: 'audience', line: 'on', cam: true, hand: Date.now() });
  await page.getByRole('status').filter({ hasText: 'Бишкек has raised a hand' }).waitFor({ state: 'attached' });

  // Everything of the room is reached by Tab, and the ring goes round.
  await page.locator('h1').focus();
  const reached = new Set<string>();
  for (let i = 0; i < 120; i++) {
    await keyboard.press('Tab');
    const on = await page.evaluate(() => {
      const here = document.activeElement;
      return ['header', '.agenda', '.sheet + *, .tools', '.beside', '.tabs', '.panel', '.bar[role=group]'].find((part) => here?.closest(part)) ?? '';
    });
    reached.add(on);
    if (await page.evaluate(() => document.activeElement?.matches('.bar[role=group] .leave'))) break;
  }
  for (const part of ['header', '.agenda', '.beside', '.tabs', '.panel', '.bar[role=group]']) assert.ok(reached.has(part), `${part} is reached by Tab: ${[...reached].join(' ')}`);
  watch.clean();
  await context.close();
});

test('a lobby that explains, and loads what is heavy when it is chosen', async () => {
  const { context, page, watch } = await visit(desktop, 'en', crowd('host'));
  const loaded: string[] = [];
  page.on('response', (answer) => loaded.push(new URL(answer.url()).pathname));
  await page.locator('.lobby video').waitFor();
  assert.deepEqual(loaded.filter((path) => /\.(wasm|tflite)$/.test(path)), []);
  await page.getByLabel('How your sound is treated').selectOption('strong');
  await until('the cleaner', () => Promise.resolve(loaded.some((path) => /rnnoise\w*-.*\.wasm$/.test(path))));
  await until('a sound through it', async () => Number(await page.getByRole('meter').getAttribute('aria-valuenow').catch(() => '0')) > 0);
  await page.getByLabel('Blur what is behind me').check();
  await until('pictures through the blur', () => page.locator('.lobby video').evaluate((video: HTMLVideoElement) => video.videoWidth > 0 && video.getVideoPlaybackQuality().totalVideoFrames > 5).catch(() => false), 30_000);
  assert.ok(loaded.some((path) => path.endsWith('.tflite')));
  await page.reload();
  assert.equal(await page.getByLabel('How your sound is treated').inputValue(), 'strong', 'it is remembered');
  if (pictures) await page.screenshot({ path: `${folder}room-lobby-en.png` });
  watch.clean();
  await context.close();

  const refused = await visit(desktop, 'en', crowd('host'));
  await refused.page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = (want) => Promise.reject(new DOMException('no', want?.video ? 'NotAllowedError' : 'NotReadableError'));
  });
  await refused.page.reload();
  await refused.page.getByText('Press the sign beside the address').waitFor();
  await refused.page.getByText('Another program uses it').waitFor();
  await refused.page.getByRole('button', { name: 'Try the microphone again' }).waitFor();
  await refused.page.getByRole('button', { name: 'Enter without camera and microphone' }).click();
  await refused.page.locator('.bar[role=group]').waitFor();
  await refused.page.getByRole('button', { name: 'Unmute' }).click();
  await refused.page.getByText('Microphone: Another program uses it').waitFor();
  refused.watch.clean();
  await refused.context.close();
});
