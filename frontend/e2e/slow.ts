/** Prints how long pages take on a line of 400 kbit/s and 400 ms, with nothing kept. It judges nothing. */
import type { Page } from 'playwright-core';
import { enrolled } from './lib/api.ts';
import { enter, launch, open, phone } from './lib/browser.ts';

const browser = await launch();
const person = await enrolled();
const begun = await person.api.post<{ id: string }>(`/enrolments/${person.enrolment}/activities/pre-test/attempts`, { id: crypto.randomUUID() });

/** Milliseconds until there is something to press or read, and until all has come. */
async function measure(page: Page, path: string, usable: string): Promise<[number, number]> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 400, downloadThroughput: 400_000 / 8, uploadThroughput: 400_000 / 8, connectionType: 'cellular3g' });
  const begin = performance.now();
  const loaded = page.goto(path, { waitUntil: 'load', timeout: 60_000 }).then(() => performance.now() - begin);
  await page.locator(usable).first().waitFor({ timeout: 60_000 });
  const use = performance.now() - begin;
  return [use, await loaded];
}

const pages: [string, string, string, boolean][] = [
  ['sign-in', '/sign-in', '#login', false],
  ['my learning', '/learn', 'main a.button', true],
  ['course', `/learn/${person.enrolment}`, 'main a.button', true],
  ['lesson', `/learn/${person.enrolment}/m1-elements`, 'article h1', true],
  ['lesson of law', `/learn/${person.enrolment}/m5-country`, 'article h1', true],
  ['before the quiz', `/learn/${person.enrolment}/pre-test`, 'main button.primary', true],
  ['quiz', `/attempts/${begun.id}`, 'section.step input', true],
  ['verify', '/verify', '#serial', false],
];
console.log('\n400 kbit/s, 400 ms, cold   usable    loaded   (aims: 2.5 s, 3.5 s)');
for (const [name, path, usable, signed] of pages) {
  const { context, page } = await open(browser, { ...phone, serviceWorkers: 'block' });
  if (signed) await enter(context, person.login, person.password);
  const [use, load] = await measure(page, path, usable);
  console.log(`${name.padEnd(24)} ${(use / 1000).toFixed(2).padStart(6)} s  ${(load / 1000).toFixed(2).padStart(6)} s`);
  await context.close();
}
await browser.close();
