/** A certificate through its whole life: what the desk does, and what a stranger sees on the public page each time. */
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { administrator, type Api } from './lib/api.ts';
import { desktop, launch, open, signIn } from './lib/browser.ts';

const browser = await launch();
after(() => browser.close());

interface Life {
  serial: string;
  state: string;
  holder: string;
  newer?: string;
  expires_on?: string;
}

/** A good certificate that nobody else's story takes: the last of those who were certified as librarians. */
async function anyone(api: Api): Promise<Life> {
  const { items } = await api.get<{ items: { id: string; state: string }[] }>('/programmes/librarians/people');
  for (const each of items.filter((row) => row.state === 'certified').reverse()) {
    const { papers } = await api.get<{ papers: { serial: string; kind: string; state: string }[] }>(`/participations/${each.id}`);
    const paper = papers.find((one) => one.kind === 'achievement' && one.state === 'valid');
    if (paper) return api.get<Life>(`/certificates/${paper.serial}`);
  }
  throw new Error('nobody is certified');
}

test('a certificate through its whole life', async () => {
  const { id: me, api, login, password } = await administrator();
  const first = await anyone(api);
  const { page, context, watch } = await open(browser, desktop);
  // A stranger on another device, without script.
  const stranger = await open(browser, { ...desktop, javaScriptEnabled: false });
  const says = async (serial: string, state: string, words: RegExp): Promise<string> => {
    await stranger.page.goto(`/verify/${serial}?lang=en`);
    await stranger.page.locator(`.is-${state}`).waitFor();
    const text = await stranger.page.locator('main').innerText();
    assert.match(text, words);
    assert.ok(!text.includes('only the desk knows'), 'the reason is never public');
    return text;
  };
  const act = async (name: string, reason?: string): Promise<void> => {
    await page.getByRole('button', { name, exact: true }).click();
    const dialog = page.getByRole('dialog');
    if (reason) await dialog.getByLabel('Reason').fill(reason);
    await dialog.getByRole('button', { name, exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
  };
  const deskSays = (state: string) => page.locator('header').getByText(state, { exact: true }).first().waitFor();

  await signIn(page, login, password, `/desk/certificates/${first.serial}`);
  await deskSays('Valid');
  assert.match(await says(first.serial, 'valid', /valid today/), new RegExp(first.holder));

  // Without a reason nothing happens.
  await page.getByRole('button', { name: 'Suspend', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend', exact: true }).click();
  await page.getByRole('dialog').getByText('Please say why.').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await says(first.serial, 'valid', /valid today/);

  await act('Suspend', 'A complaint: only the desk knows.');
  await deskSays('Suspended');
  await says(first.serial, 'suspended', /Suspended[\s\S]*Since/);
  await page.getByText('A complaint: only the desk knows.').waitFor();

  await act('Reinstate');
  await deskSays('Valid');
  await says(first.serial, 'valid', /valid today/);

  // Issued anew with a corrected name: the old one is replaced, the new one holds.
  await page.getByRole('button', { name: 'Issue anew', exact: true }).click();
  await page.getByRole('dialog').getByLabel('Holder').fill('Corrected Name');
  await page.getByRole('dialog').getByLabel('Reason').fill('Misspelt: only the desk knows.');
  await page.getByRole('dialog').getByRole('button', { name: 'Issue anew', exact: true }).click();
  await page.getByRole('heading', { name: 'Corrected Name' }).waitFor();
  const old = await api.get<Life>(`/certificates/${first.serial}`);
  const second = old.newer ?? '';
  assert.equal(old.state, 'superseded');
  assert.equal(new URL(page.url()).pathname, `/desk/certificates/${second}`);
  await says(first.serial, 'superseded', /replaced by a newer one/);
  assert.match(await says(second, 'valid', /valid today/), /Corrected Name/);

  await act('Revoke', 'Got by a lie: only the desk knows.');
  await deskSays('Revoked');
  await says(second, 'revoked', /not valid/);
  await page.getByText('Nothing can be done to it in this state.').waitFor();

  // A paper of the past whose time is over, and a serial that was never given.
  const { items: people } = await api.get<{ items: { id: string }[] }>('/people');
  const paper = { person_id: people.find((each) => each.id !== me)?.id, kind: 'achievement', title: 'First aid', number: `story-${Date.now()}`, issuer: 'An institute', issued_on: '2019-05-04', expires_on: '2021-05-04', language: 'en' };
  const { serial: past } = await api.post<{ serial: string }>('/past-certificates', paper);
  const expired = await says(past, 'expired', /Entered from paper/);
  assert.match(expired, /no seal of ours/);
  assert.ok(!expired.includes('The seal fits'));
  stranger.watch.expect(/404|422/);
  await stranger.page.goto('/verify/ABCD-EFGH-JKLMN?lang=en');
  await stranger.page.getByRole('alert').waitFor();

  watch.strict();
  watch.clean();
  await Promise.all([context.close(), stranger.context.close()]);
});

test('a template is seen while it is written, and holds for what is issued from then on', async () => {
  const { api, login, password } = await administrator();
  const { page, context, watch } = await open(browser, desktop);
  await signIn(page, login, password, '/desk/templates/house/tg');
  const drawn = async () => decodeURIComponent((await page.locator('img.paper').getAttribute('src')) ?? '');
  await page.locator('img.paper').waitFor();
  assert.ok(!(await drawn()).includes('Шаҳодатнома'));
  await page.getByLabel('What it is called').first().fill('Шаҳодатнома');
  await page.getByRole('button', { name: 'Add a signature' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Сироҷиддин Раҳмонов');
  await page.waitForFunction(() => decodeURIComponent(document.querySelector<HTMLImageElement>('img.paper')?.src ?? '').includes('Сироҷиддин'));
  assert.ok((await drawn()).includes('Шаҳодатнома'), 'the preview shows what was typed');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText(/^Тоҷикӣ · Version 1\./).waitFor();
  const saved = await api.get<{ number: number; achievement: { name: string } }>('/certificate-templates/house/tg');
  assert.equal(saved.achievement.name, 'Шаҳодатнома');
  watch.strict();
  watch.clean();
  await context.close();
});
