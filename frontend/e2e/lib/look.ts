/**
 * Looking at a page: nothing for axe to find (WCAG 2.2 AA) in either theme, on phone and desktop; nothing to
 * scroll sideways at 390 and 320 pixels. `npm run pictures` also takes pictures of all, in English and Russian.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContext, Page } from 'playwright-core';
import { type Api } from './api.ts';
import { drawn, enter, launch, open, type Watch } from './browser.ts';
import { root } from './server.ts';

export const out = join(root, 'frontend', 'e2e', 'out');
mkdirSync(out, { recursive: true });
const routes = JSON.parse(readFileSync(join(root, 'frontend', 'src', 'routes.json'), 'utf8')) as { path: string; area: string }[];
const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } } as const;
export const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** The rules whose outcome a theme can change. */
export const colours = ['color-contrast', 'link-in-text-block'];
/** Pictures take longer than all the rest: `npm run pictures` makes them. */
export const pictures = process.env['MOSTIK_PICTURES'] === '1';
/** Russian is the longer of the two, so it is the one whose layout is held. */
const languages = pictures ? (['en', 'ru'] as const) : (['ru'] as const);

/** A page to look at: who sees it, where it is. */
export interface Look {
  name: string;
  path: string;
  /** What answers with a failure on purpose. */
  expect?: RegExp;
  /** What must be there before one looks. */
  ready?: string;
}

export const browser = await launch();
after(() => browser.close());

async function examine(page: Page, watch: Watch, look: Look, lang: string, faults: string[]): Promise<void> {
  if (look.expect) watch.expect(look.expect);
  await page.setViewportSize(sizes.desktop);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(look.path);
  if (look.ready) await page.locator(look.ready).first().waitFor();
  else await drawn(page);
  await page.waitForLoadState('networkidle');
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      if (lang === 'ru' && (colorScheme === 'light' || size === 'phone')) {
        // Our pages have no frames, which is what the slower mode is for; only what is wrong is asked for.
        const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] });
        const { violations } = await (colorScheme === 'light' ? axe.withTags(tags) : axe.withRules(colours)).analyze();
        for (const each of violations) faults.push(`${look.name} ${size} ${colorScheme}: ${each.id} (${each.help})\n      ${each.nodes.slice(0, 3).map((node) => `${node.target.join(' ')} ${node.html.slice(0, 140)}`).join('\n      ')}`);
      }
      if (pictures) await page.screenshot({ path: join(out, `${look.name}-${lang}-${size}${colorScheme === 'dark' ? '-dark' : ''}.png`), fullPage: true });
    }
    await page.emulateMedia({ colorScheme: 'light' });
  }
  const raw = /\[object \w+\]|\bNaN\b|\bundefined\b/.exec(await page.locator('body').innerText());
  if (raw) faults.push(`${look.name} ${lang}: a value stands there as the program has it: ${raw[0]}`);
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    const wide = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      if (scrollWidth <= clientWidth) return '';
      const past = [...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > clientWidth + 0.5 && getComputedStyle(each).position !== 'fixed');
      return `${scrollWidth} wide; ${past.slice(0, 3).map((each) => `${each.tagName}.${each.className}: ${(each.textContent ?? '').trim().slice(0, 50)}`).join(' | ')}`;
    });
    if (wide) faults.push(`${look.name} ${lang} at ${width}: scrolls sideways, ${wide}`);
  }
  for (const each of watch.take()) faults.push(`${look.name} ${lang}: ${each}`);
  watch.strict();
}

/** Looks at pages as one person in both languages, several at once. */
export async function lookAt(looks: Look[], sign: (context: BrowserContext) => Promise<void>, speak: (lang: string) => Promise<unknown>): Promise<void> {
  const faults: string[] = [];
  const first = await open(browser, {});
  await sign(first.context);
  const storageState = await first.context.storageState();
  await first.context.close();
  for (const lang of languages) {
    await speak(lang);
    const queue = looks.map((look) => ({ ...look, path: look.path.includes('?') ? `${look.path}&lang=${lang}` : look.path }));
    const worker = async () => {
      const { context, page, watch } = await open(browser, { locale: lang, serviceWorkers: 'block', storageState });
      for (let look = queue.shift(); look; look = queue.shift()) {
        try {
          await examine(page, watch, look, lang, faults);
        } catch (failure) {
          faults.push(`${look.name} ${lang}: ${failure instanceof Error ? failure.message.split('\n')[0] : String(failure)}`);
          watch.take();
          watch.strict();
        }
      }
      await context.close();
    };
    await Promise.all([worker(), worker()]);
  }
  assert.equal(faults.length, 0, `\n    ${faults.join('\n    ')}`);
}

const seen = new Set<string>();
/** Fills a route's parameters, and notes that the route is looked at. */
export function at(path: string, values: Record<string, string> = {}): string {
  assert.ok(routes.some((each) => each.path === path), `routes.json has no ${path}`);
  seen.add(path);
  return path.replace(/:(\w+)/g, (_, name: string) => {
    const value = values[name];
    assert.ok(value, `${path} needs ${name}`);
    return value;
  });
}

export const signedInAs = (login: string) => (context: BrowserContext) => enter(context, login);
export const speaksAs = (api: Api) => (lang: string) => api.patch('/me', { language: lang });

/** Looks at pages as somebody whose language no other story needs. */
export const lookAs = (looks: Look[], me: { login: string; password: string; api: Api }) => lookAt(looks, (context) => enter(context, me.login, me.password), speaksAs(me.api));

/** The pages of an area that nobody has looked at. */
export const forgotten = (area: string) => routes.filter((each) => each.area === area && !seen.has(each.path)).map((each) => each.path);
