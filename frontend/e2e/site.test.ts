/**
 * A site in one room with one camera: the facilitator's console shows a QR code and six digits; one person checks in by
 * the code's address with an account, another by digits and name without any; roster and head-count follow, and the
 * minutes count both.
 */
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import jsQR from 'jsqr';
import type { Page } from 'playwright-core';
import { administrator, Api, trainee } from './lib/api.ts';
import { desktop, enter, launch, open, phone } from './lib/browser.ts';
import { shared } from './lib/server.ts';
import { until } from './lib/wait.ts';

const browser = await launch();
after(() => browser.close());
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const pictures = process.env['MOSTIK_PICTURES'] === '1';

/** Holds a page to accessibility in both themes. With seen it is only drawn for whoever looks at the pictures. */
async function look(page: Page, name: string, seen = false): Promise<void> {
  if (seen && !pictures) return;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).withTags(tags).options({ resultTypes: ['violations'] }).analyze();
    const found = violations.map((each) => `${name} ${colorScheme}: ${each.id} (${each.help}) ${each.nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    assert.deepEqual(found, []);
    if (pictures) await page.screenshot({ path: new URL(`out/site-${name}${colorScheme === 'dark' ? '-dark' : ''}.png`, import.meta.url).pathname });
  }
  await page.emulateMedia({ colorScheme: 'light' });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${name} scrolls sideways by ${wide}`);
}

/** What a phone's camera reads of the QR code on the page. */
async function scan(page: Page): Promise<string> {
  const { d, size } = await page.locator('.card svg.qr').evaluate((svg) => ({ d: svg.querySelector('path')?.getAttribute('d') ?? '', size: Number(svg.getAttribute('viewBox')?.split(' ')[2]) }));
  const scale = 6;
  const side = size * scale;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, x, y, w] of d.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row++) {
      for (let column = Number(x) * scale; column < (Number(x) + Number(w)) * scale; column++) pixels.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3);
    }
  }
  return (jsQR as unknown as typeof jsQR.default)(pixels, side, side)?.data ?? '';
}

test('ten people behind one camera', async (t) => {
  const { api: admin, login, password } = await administrator();
  const facilitator = await Api.signIn('facilitator@demo.mostik');
  const { items } = await facilitator.get<{ items: { id: string; my_sites: { id: string }[] }[] }>('/webinars');
  const centre = items.find((each) => each.id === 'demo')?.my_sites[0]?.id ?? '';
  const now = Date.now();
  const { id } = await admin.post<{ id: string }>('/webinars', {
    title: 'Опыт центров', language: 'ru', centre_ids: [centre], starts_at: new Date(now - 60_000).toISOString(), ends_at: new Date(now + 3_600_000).toISOString(),
  });
  const account = await trainee('Мадина', 'Оспанова', { centre_id: centre });

  const host = await open(browser, { ...desktop, serviceWorkers: 'block' });
  await enter(host.context, login, password);
  const site = await open(browser, { ...phone, serviceWorkers: 'block' });
  await enter(site.context, 'facilitator@demo.mostik');
  await site.context.request.patch('/api/v1/me', { data: { language: 'ru' }, headers: { origin: shared().url } });
  await host.page.goto(`/webinars/${id}`);
  await host.page.getByRole('button', { name: 'Enter without camera' }).click();
  await host.page.locator('.bar').waitFor();
  await site.page.goto(`/webinars/${id}?site=${centre}`);
  await site.page.getByRole('button', { name: 'Войти без камеры' }).click();
  await site.page.locator('.bar').waitFor();
  const console = site.page.locator('section.panel');
  const entry = (name: string, state: string) => console.locator(`li[data-entry="${name}"][data-state="${state}"]`);
  let address = '';

  await t.test('the console shows a code that a camera reads, and whom the centre expects', async () => {
    await site.page.getByRole('button', { name: 'Ещё' }).click();
    await site.page.locator('nav.tabs').getByRole('button', { name: /Наш центр/ }).click();
    await until('the six digits', async () => /^\d{3} \d{3}$/.test(await console.locator('.code').innerText()));
    await console.locator('li[data-state="expected"]').first().waitFor();
    address = await scan(site.page);
    assert.match(address, new RegExp(`^${shared().url.toUpperCase().replaceAll('.', '\\.')}/HERE/[0-9A-Z]{12}$`));
    await look(site.page, 'console-phone', true);
    await console.getByRole('button', { name: 'Показать крупно' }).first().click();
    await site.page.getByRole('heading', { name: 'Отметьтесь здесь' }).waitFor();
    await look(site.page, 'large-phone', true);
    await site.page.getByRole('dialog').getByRole('button', { name: 'Закрыть' }).click();
  });

  await t.test('by the code’s address with an account it is one tap', async () => {
    const own = await open(browser, { ...phone, serviceWorkers: 'block' });
    await enter(own.context, account.login, account.password);
    await own.page.goto(`${address}?lang=ru`);
    await own.page.getByText('Мадина Оспанова').waitFor();
    await look(own.page, 'door-account', true);
    await own.page.getByRole('button', { name: 'Я здесь' }).click();
    await own.page.getByRole('heading', { name: 'Вы отмечены' }).waitFor();
    await look(own.page, 'done');
    await entry('Мадина Оспанова', 'here').getByText('под своим именем').waitFor();
    own.watch.clean();
    await own.context.close();
  });

  await t.test('by six digits and a name it needs no account and no script, and one may leave', async () => {
    const digits = (await console.locator('.code').innerText()).trim();
    const lent = await open(browser, { ...phone, javaScriptEnabled: false });
    await lent.page.goto('/here?lang=ru');
    await lent.page.getByLabel('Шесть цифр').fill(digits);
    await lent.page.getByRole('button', { name: 'Дальше' }).click();
    await lent.page.getByLabel('Ваше имя').fill('Бакыт Уулу');
    if (pictures) await lent.page.screenshot({ path: new URL('out/site-door-name.png', import.meta.url).pathname });
    await lent.page.getByRole('button', { name: 'Я здесь' }).click();
    await lent.page.getByRole('heading', { name: 'Вы отмечены' }).waitFor();
    await entry('Бакыт Уулу', 'here').getByText('по коду').waitFor();
    await host.page.locator('section.panel').getByText('2 people').waitFor();
    await lent.page.getByRole('button', { name: 'Я ухожу' }).click();
    await lent.page.getByRole('heading', { name: 'Вы ушли' }).waitFor();
    await entry('Бакыт Уулу', 'left').waitFor();
    lent.watch.clean();
    await lent.context.close();
  });

  await t.test('the facilitator finds, ticks, adds, ticks all and takes it back', async () => {
    const first = console.locator('li[data-state="expected"]').first();
    const name = (await first.getAttribute('data-entry')) ?? '';
    await first.getByRole('button', { name: `${name}: опоздал(а)` }).click();
    await entry(name, 'late').waitFor();
    await console.getByLabel('Найти имя').fill('Гость из соседнего');
    assert.equal(await console.locator('li[data-entry]').count(), 0);
    await console.getByRole('button', { name: 'Добавить: Гость из соседнего' }).click();
    await entry('Гость из соседнего', 'here').waitFor();
    const expected = await console.locator('li[data-state="expected"]').count();
    await console.getByRole('button', { name: /^Отметить всех/ }).click();
    await until('all to be here', async () => (await console.locator('li[data-state="expected"]').count()) === 0);
    await console.getByRole('button', { name: 'Отменить' }).click();
    await until('nobody to be ticked by mistake', async () => (await console.locator('li[data-state="expected"]').count()) === expected);
    await host.page.locator('section.panel').getByText('3 people').waitFor();
    await look(site.page, 'roster-phone');
    await site.page.setViewportSize({ width: 1280, height: 800 });
    await look(site.page, 'console-desktop', true);
    await console.getByRole('button', { name: 'Показать крупно' }).first().click();
    await look(site.page, 'large-desktop');
    await site.page.keyboard.press('Escape');
  });

  await t.test('a site goes on by telephone: the host has its number, its list and its turn', async () => {
    await console.getByRole('button', { name: 'Мы снова на связи' }).waitFor({ state: 'detached' });
    await console.locator('summary').click();
    await console.getByLabel('Номер, по которому').fill('+7 727 000 00 00');
    await console.getByRole('button', { name: 'Продолжить по телефону' }).click();
    const row = host.page.locator('section.panel li[data-person]').filter({ has: host.page.locator('.note', { hasText: 'by telephone' }) });
    await row.getByText('+7 727 000 00 00').waitFor();
    await row.getByRole('button', { name: /^Actions for/ }).click();
    await row.getByRole('button', { name: 'Raise their hand' }).click();
    await row.getByText('just now').waitFor();
    await look(host.page, 'people-host');
    await row.getByRole('button', { name: /^Actions for/ }).click();
    await row.getByRole('button', { name: 'Who is there' }).click();
    await host.page.getByRole('dialog').locator('li[data-entry="Гость из соседнего"]').getByRole('button', { name: /: left$/ }).click();
    await entry('Гость из соседнего', 'left').waitFor();
    await look(host.page, 'list-host');
    await host.page.keyboard.press('Escape');
    await console.getByRole('button', { name: 'Мы снова на связи' }).click();
    await row.waitFor({ state: 'detached' });
  });

  await t.test('a second telephone is a console beside the first, and stays when that one goes', async () => {
    const second = await open(browser, { ...phone, serviceWorkers: 'block' });
    await enter(second.context, 'facilitator@demo.mostik');
    await second.page.goto('/webinars');
    await second.page.locator(`a[href$="/${id}?site=${centre}&console"]`).click();
    await second.page.getByRole('heading', { name: /^Пульт: / }).waitFor();
    await look(second.page, 'console-door', true);
    await second.page.getByRole('button', { name: 'Открыть пульт' }).click();
    const list = second.page.locator('section.panel');
    await until('its six digits', async () => /^\d{3} \d{3}$/.test(await list.locator('.code').innerText()));
    await list.locator('li[data-entry="Гость из соседнего"]').getByRole('button', { name: /: здесь/ }).click();
    await entry('Гость из соседнего', 'here').waitFor(); // at the one that has sound and pictures, which nobody put out
    const hand = (page: Page, up: boolean) => page.locator(`.bar button[aria-keyshortcuts="H"]${up ? '.up' : ':not(.up)'}`);
    for (const up of [true, false]) { // the host put it up for them before
      await hand(second.page, up).click();
      await hand(site.page, !up).waitFor();
    }
    await hand(second.page, true).waitFor();
    assert.equal(await second.page.locator('video, audio').count(), 0, 'no sound and no pictures');
    await look(second.page, 'console-only');
    await site.page.goto('about:blank');
    await second.page.getByText('Компьютер с камерой не подключён').waitFor();
    await list.locator('li[data-entry="Гость из соседнего"]').getByRole('button', { name: /: ушёл/ }).click();
    await list.locator('li[data-entry="Гость из соседнего"][data-state="left"]').waitFor();
    await look(second.page, 'console-alone', true);
    await site.page.goto(`/webinars/${id}?site=${centre}`);
    await site.page.getByRole('button', { name: 'Войти без камеры' }).click();
    await second.page.getByText('Компьютер с камерой не подключён').waitFor({ state: 'detached' });
    await second.page.setViewportSize({ width: 1280, height: 800 });
    await look(second.page, 'console-wide', true);
    second.watch.clean();
    await second.context.close();
  });

  await t.test('the minutes count who checked in, with the evidence', async () => {
    const seen = async () => {
      const { people } = await admin.get<{ people: { person_id?: string; name: string; evidence: string[] }[] }>(`/webinars/${id}/attendance`);
      return people.map((each) => `${each.name}: ${each.evidence.join()}${each.person_id === account.id ? ' (account)' : ''}`);
    };
    await until('the minutes', async () => {
      const people = await seen();
      return ['Мадина Оспанова: device (account)', 'Бакыт Уулу: code', 'Гость из соседнего: tick'].every((each) => people.includes(each));
    }, 15_000);
  });
  host.watch.clean();
  site.watch.clean();
});

test('a code that nobody shows is refused in words', async () => {
  const { page, watch, context } = await open(browser, phone);
  watch.expect(/404|410/);
  await page.goto('/here?code=000000&lang=en');
  await page.getByRole('alert').waitFor();
  await look(page, 'wrong');
  await page.goto('/here/door/demo.p1.1.x?lang=en');
  await page.getByRole('heading', { name: 'This page has grown too old' }).waitFor();
  await look(page, 'over', true);
  watch.strict();
  await page.goto('/here?lang=kk');
  await look(page, 'here', true);
  await context.close();
});
