/** Debian's Chromium, and pages that notice what goes wrong on them. */
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { demoPassword } from './api.ts';
import { shared } from './server.ts';

export const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, locale: 'ru-RU' };
export const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 800 }, locale: 'en-GB' };

export const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
export const flags = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', '--allow-loopback-in-peer-connection'];

export const launch = (): Promise<Browser> => chromium.launch({ executablePath, args: flags });

/** What went wrong in a browser: errors of scripts, requests that failed, answers of 400 and above. */
export class Watch {
  #found: string[] = [];
  #expected: RegExp[] = [];

  constructor(context: BrowserContext, scripts = true) {
    context.on('page', (page) => this.#page(page));
    context.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? '';
      // A page that was left behind takes back what it asked for.
      // Without script the browser itself refuses what a page asks for ahead.
      if (why !== 'net::ERR_ABORTED' && !(why === 'csp' && !scripts)) this.#note(`${request.method()} ${request.url()}: ${why}`);
    });
    context.on('response', (response) => {
      if (response.status() >= 400) this.#note(`${response.request().method()} ${response.url()}: ${response.status()}`);
    });
  }

  #page(page: Page): void {
    page.on('console', (message) => {
      if (message.type() === 'error') this.#note(`console: ${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (failure) => this.#note(`script: ${failure.stack ?? failure.message}`));
  }

  #note(what: string): void {
    if (!this.#expected.some((each) => each.test(what))) this.#found.push(what);
  }

  /** From here on this is no fault: a test that takes the network away expects requests to fail. */
  expect(...patterns: RegExp[]): void {
    this.#expected.push(...patterns);
  }

  /** Ends the exceptions: from here on everything counts again. */
  strict(): void {
    this.#expected = [];
  }

  /** What was found since the last time. */
  take(): string[] {
    return this.#found.splice(0);
  }

  /** Throws when anything was found. */
  clean(): void {
    const found = this.take();
    if (found.length > 0) throw new Error(`the browser met:\n  ${found.join('\n  ')}`);
  }
}

/** A browser of a person's own, with its watch. Its address is the base of `goto`. */
export async function open(browser: Browser, options: BrowserContextOptions, url = shared().url): Promise<{ context: BrowserContext; page: Page; watch: Watch }> {
  const context = await browser.newContext({ baseURL: url, reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(20_000);
  const watch = new Watch(context, options.javaScriptEnabled !== false);
  return { context, watch, page: await context.newPage() };
}

/** Signs in by the page, as a person does. */
export async function signIn(page: Page, login: string, password = demoPassword, to = '/learn'): Promise<void> {
  await page.goto(`/sign-in?next=${encodeURIComponent(to)}`);
  await page.locator('#login').fill(login);
  await page.locator('#password').fill(password);
  await page.locator('#password').press('Enter');
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  await drawn(page);
}

/** Signs a context in without a page: the cookies are the same. */
export async function enter(context: BrowserContext, login: string, password = demoPassword): Promise<void> {
  const response = await context.request.post('/api/v1/auth/login', { data: { login, password } });
  if (!response.ok()) throw new Error(`signing in as ${login}: ${response.status()}`);
}

/** Waits until the page is drawn by the script. */
export async function drawn(page: Page): Promise<void> {
  await page.locator('main h1, main h2').first().waitFor();
}
