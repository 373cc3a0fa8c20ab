/**
 * A file over a line that breaks: it is cut in the middle, the page is loaded anew, and it arrives whole all the same,
 * without what it carried about people. What is refused says why.
 */
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import type { Page } from 'playwright-core';
import { administrator } from './lib/api.ts';
import { enter, launch, open, phone } from './lib/browser.ts';
import { shared } from './lib/server.ts';
import { until } from './lib/wait.ts';

const browser = await launch();
after(() => browser.close());
const secret = 'Dilnoza, at home';

/** A photograph of some megabytes, with a comment. */
function photo(): Buffer {
  const noise = Buffer.alloc(3_000_000);
  for (let i = 0, seed = 7; i < noise.length; i++) noise[i] = (seed = (seed * 16_807) % 2_147_483_647) & 0x7f;
  return Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xfe, 0, secret.length + 2]), Buffer.from(secret), Buffer.from([0xff, 0xda, 0, 4, 1, 0]), noise, Buffer.from([0xff, 0xd9])]);
}

async function look(page: Page, name: string): Promise<void> {
  if (process.env['MOSTIK_PICTURES'] === '1') await page.screenshot({ path: new URL(`out/files-${name}.png`, import.meta.url).pathname });
}

test('a file that is cut in the middle arrives whole', async (t) => {
  const { api: admin, login, password } = await administrator();
  const now = Date.now();
  const { id } = await admin.post<{ id: string }>('/webinars', {
    title: 'Опыт центров', language: 'ru', starts_at: new Date(now - 60_000).toISOString(), ends_at: new Date(now + 3_600_000).toISOString(),
  });
  const come = async (options: typeof phone, language: string, button: string) => {
    const { context, page, watch } = await open(browser, { ...options, serviceWorkers: 'block' });
    await enter(context, login, password);
    await context.request.patch('/api/v1/me', { data: { language }, headers: { origin: shared().url } });
    const into = async () => {
      await page.goto(`/webinars/${id}`);
      await page.getByRole('button', { name: button }).click();
      await page.locator('.bar').waitFor();
    };
    await into();
    return { context, page, watch, into };
  };
  const trainer = await come(phone, 'ru', 'Войти без камеры');
  const page = trainer.page;
  const files = async () => {
    await page.getByRole('button', { name: 'Ещё' }).click();
    await page.locator('nav.tabs').getByRole('button', { name: /^Файлы/ }).click();
  };
  const body = photo();

  await t.test('the line breaks in a piece, and what arrived stays', async () => {
    let pieces = 0;
    await page.route('**/uploads/**', async (route) => {
      if (route.request().method() === 'PATCH' && ++pieces > 2) await route.abort('connectionreset');
      else await route.continue();
    });
    trainer.watch.expect(/uploads/, /ERR_CONNECTION_RESET/);
    await files();
    await page.locator('input[type=file]').setInputFiles({ name: 'фото.jpg', mimeType: 'image/jpeg', buffer: body });
    await page.getByText('Ждём связи').waitFor();
    assert.ok(pieces > 2);
    await look(page, 'waiting-phone');
  });

  await t.test('after a reload it goes on by itself and arrives, and says what was taken out', async () => {
    await page.unroute('**/uploads/**');
    const from: number[] = [];
    page.on('request', (request) => {
      if (request.method() === 'PATCH') from.push(Number(request.headers()['upload-offset']));
    });
    await trainer.into();
    await files();
    await page.getByRole('link', { name: 'фото.jpg' }).waitFor();
    assert.ok(from[0]! > 0, `it began again at ${from[0]}`);
    await page.getByText('Убрано: подписи и метки').waitFor();
    await look(page, 'arrived-phone');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'фото.jpg' }).click()]);
    const parts: Buffer[] = [];
    for await (const part of await download.createReadStream()) parts.push(part as Buffer);
    const got = Buffer.concat(parts);
    assert.ok(!got.includes(secret));
    assert.ok(got.subarray(2).equals(body.subarray(6 + secret.length)), 'the picture itself is as it was');
    trainer.watch.strict();
    trainer.watch.take();
  });

  await t.test('a program is refused with the reason; case material says when it goes', async () => {
    trainer.watch.expect(/uploads/, /415/);
    await page.locator('input[type=file]').setInputFiles({ name: 'план.txt', mimeType: 'text/plain', buffer: Buffer.from('MZ and so on') });
    await page.getByText('Программы не принимаются.').waitFor();
    await page.getByRole('button', { name: 'Отменить план.txt' }).click();
    await page.getByLabel('Сколько хранить новые файлы').selectOption('case');
    await page.locator('input[type=file]').setInputFiles({ name: 'дело.txt', mimeType: 'text/plain', buffer: Buffer.from('О ком-то.\n') });
    await page.getByRole('link', { name: 'дело.txt' }).waitFor();
    await until('its time', async () => (await page.getByLabel('Сколько хранить дело.txt').inputValue()) === 'case');
    await look(page, 'list-phone');
  });

  await trainer.context.close();
});
