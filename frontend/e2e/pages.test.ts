/** Every page that a trainee or a stranger sees: see lib/look.ts for what is held. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { Api, course, enrolled } from './lib/api.ts';
import { drawn, enter, open } from './lib/browser.ts';
import { at, browser, forgotten, lookAt, out, pictures, signedInAs, speaksAs, type Look } from './lib/look.ts';

test('a trainee who has come far', async () => {
  const api = await Api.signIn('trainee@demo.mostik');
  const { enrolments } = await api.get<{ enrolments: { id: string }[] }>('/dashboard');
  const enrolment = enrolments[0]?.id ?? '';
  const detail = await api.get<{ modules: { activities: { key: string; kind: string; state: string }[] }[] }>(`/enrolments/${enrolment}`);
  const asked = await api.get<{ items: { id: string }[] }>('/followups');
  const activities = detail.modules.flatMap((module) => module.activities);
  const looks: Look[] = [
    { name: 'learn', path: at('/learn') },
    { name: 'catalogue', path: at('/catalogue') },
    { name: 'about', path: at('/courses/:course', { course }) },
    { name: 'course', path: at('/learn/:enrolment', { enrolment }) },
    { name: 'selfcheck', path: `/learn/${enrolment}#m6-self-check`, ready: 'fieldset' },
    { name: 'paper', path: at('/courses/:course/papers/:paper', { course: 'burnout', paper: 'm1-handout' }) },
    { name: 'glossary', path: at('/glossary') },
    { name: 'about-second', path: at('/courses/:course', { course: 'burnout' }) },
    { name: 'profile', path: at('/profile') },
    { name: 'programmes', path: at('/programmes') },
    { name: 'programme', path: at('/programmes/:key', { key: 'librarians' }) },
    { name: 'programme-other', path: '/programmes/first-contact', expect: /404/ },
    { name: 'followup', path: at('/followups/:id', { id: asked.items[0]?.id ?? '' }) },
    { name: 'calm', path: at('/calm') },
    { name: 'concern', path: at('/concern') },
    { name: 'webinars', path: at('/webinars') },
    { name: 'webinar-lobby', path: at('/webinars/:id', { id: 'demo' }) },
    { name: 'webinar-to-come', path: at('/webinars/:id', { id: 'vladimir' }) },
    { name: 'webinar-minutes', path: at('/webinars/:id/minutes', { id: 'nine-centres' }) },
    { name: 'webinar-minutes-none', path: '/webinars/demo/minutes' },
    { name: 'webinar-past', path: '/webinars/nine-centres' },
    { name: 'guest', path: at('/guest/:code', { code: 'expert' }) },
    { name: 'guest-own', path: '/guest/petra' },
    { name: 'missing', path: '/learn/nowhere/at/all', expect: /404/ },
  ];
  const lessons = ['m1-elements', 'm2-workplaces', 'm5-country'];
  for (const { key, kind, state } of activities) {
    if (state === 'locked' || kind === 'selfcheck' || (kind === 'lesson' && !lessons.includes(key))) continue;
    if (kind === 'quiz' && !['pre-test', 'm1-quiz', 'final'].includes(key)) continue;
    looks.push({ name: `activity-${key}`, path: at('/learn/:enrolment/:activity', { enrolment, activity: key }) });
    if (kind !== 'quiz' && kind !== 'interview') continue;
    const page = await api.get<{ quiz?: { attempts: { id: string }[] }; interview?: { attempts: { id: string }[] } }>(`/enrolments/${enrolment}/activities/${key}`);
    const attempt = (page.quiz ?? page.interview)?.attempts.at(-1);
    if (attempt) looks.push({ name: `review-${key}`, path: at('/attempts/:attempt', { attempt: attempt.id }) });
  }
  await lookAt(looks, signedInAs('trainee@demo.mostik'), speaksAs(api));
});

test('somebody new, in the middle of things', async () => {
  const { api, enrolment, login, password } = await enrolled();
  for (const key of ['m1-elements', 'm1-consent', 'm2-indicators', 'm5-referral', 'm4-first-talk', 'm4-principles']) await api.post(`/enrolments/${enrolment}/activities/${key}/seen`, { id: crypto.randomUUID() });
  const begin = async (key: string, more: object = {}) => (await api.post<{ id: string }>(`/enrolments/${enrolment}/activities/${key}/attempts`, { id: crypto.randomUUID(), ...more })).id;
  const looks: Look[] = [
    { name: 'fresh-course', path: `/learn/${enrolment}` },
    { name: 'fresh-learn', path: '/learn' },
    { name: 'activity-locked', path: `/learn/${enrolment}/post-test`, expect: /403/ },
  ];
  for (const key of ['pre-test', 'm1-quiz', 'm2-quiz', 'm5-quiz']) looks.push({ name: `attempt-${key}`, path: at('/attempts/:attempt', { attempt: await begin(key) }) });
  looks.push({ name: 'attempt-interview', path: `/attempts/${await begin('m4-interview', { role: 'notices' })}` });
  await lookAt(looks, (context) => enter(context, login, password), speaksAs(api));
});

test('somebody who facilitates', async () => {
  const api = await Api.signIn('facilitator@demo.mostik');
  await lookAt([{ name: 'paper-game', path: '/courses/burnout/papers/game' }], signedInAs('facilitator@demo.mostik'), speaksAs(api));
});

test('nobody is signed in', async () => {
  const drawnPages: Look[] = [
    { name: 'drawn-sign-in', path: '/sign-in?next=/learn' },
    { name: 'drawn-code', path: '/code?next=/learn' },
    { name: 'drawn-verify', path: '/verify?from=paper' },
    { name: 'drawn-offline', path: '/verify/offline?from=paper' },
    { name: 'drawn-here', path: '/here?from=screen' },
    { name: 'drawn-not-found', path: '/nowhere?lost=1', expect: /404/ },
    { name: 'drawn-leave', path: '/leave?quick=1', expect: /favicon/ },
    { name: 'open-concern', path: '/concern?from=sign-in' },
    { name: 'drawn-unknown', path: '/verify?serial=ABCD-EFGH-JKLMN', expect: /404|422/ },
  ];
  await lookAt(drawnPages, () => Promise.resolve(), () => Promise.resolve());
});

test('a supervisor who is asked by mail', async () => {
  const api = await Api.signIn('trainee@demo.mostik');
  const { items } = await api.get<{ items: { id: string }[] }>('/followups');
  const own = `/followups/${items[0]?.id ?? ''}/supervisor`;
  const email = `chief-${process.pid}@example.org`;
  await api.put(own, { email });
  const admin = await Api.signIn('admin@demo.mostik');
  const { items: mails } = await admin.get<{ items: { id: string; address: string }[] }>('/admin/mail');
  const mail = await admin.get<{ text: string }>(`/admin/mail/${mails.find((each) => each.address === email)?.id ?? ''}`);
  const door = /\/asked\/[\w-]+/.exec(mail.text)?.[0] ?? '';
  assert.ok(door, `a door in the mail: ${mail.text}`);
  const look = (looks: Look[]) => lookAt(looks, () => Promise.resolve(), () => Promise.resolve());
  await look([
    { name: 'drawn-asked', path: `${door}?from=mail`, ready: 'input[type=radio]' },
    { name: 'drawn-asked-lost', path: '/asked/no-door?from=mail', expect: /404/ },
  ]);

  // Sent without an answer, it says what is missing; sent with one, it thanks and asks nothing more.
  const { context, page, watch } = await open(browser, { locale: 'ru' });
  watch.expect(/422/);
  await page.goto(`${door}?lang=ru`);
  await page.locator('.drawn-asked button').click();
  await page.locator('.drawn-message').waitFor();
  await page.locator('input[type=radio][value="4"]').first().check();
  await page.locator('.drawn-asked button').click();
  await page.locator('.drawn-state.is-valid').waitFor();
  watch.take();
  await context.close();
  await look([{ name: 'drawn-asked-answered', path: `${door}?from=mail`, ready: '.drawn-state.is-valid' }]);
  await api.delete(own); // the mail goes with the address, and the trainee may name somebody again
});

test('somebody who holds a certificate', async () => {
  const admin = await Api.signIn('admin@demo.mostik');
  const { items: cohorts } = await admin.get<{ items: { id: string; completed: number }[] }>('/cohorts');
  const done = [...cohorts].sort((a, b) => b.completed - a.completed)[0];
  const report = await admin.get<{ items: { person: { id: string } }[] }>(`/cohorts/${done?.id}/report?state=completed`);
  const { items } = await admin.post<{ items: { code: string; login: string }[] }>('/codes', { person_ids: [report.items[0]?.person.id] });
  const [slip] = items;
  assert.ok(slip, 'somebody has completed the course');
  const api = new Api(admin.url);
  const password = 'a long enough password';
  await api.enter('/auth/code', { code: slip.code, password });
  const { certificates } = await api.get<{ certificates: { serial: string }[] }>('/dashboard');
  const serial = certificates[0]?.serial ?? '';
  const looks: Look[] = [
    { name: 'certified-learn', path: '/learn' },
    { name: 'certificate', path: at('/certificates/:serial', { serial }) },
  ];
  await lookAt(looks, (context) => enter(context, slip.login, password), speaksAs(api));
});

test('each state of a certificate, for everybody', async () => {
  const admin = await Api.signIn('admin@demo.mostik');
  const found = new Map<string, string>();
  const collect = async (filter: string) => {
    const { items } = await admin.get<{ items: { id: string }[] }>(`/desk/people?${filter}`);
    for (const { id } of items.slice(0, 5)) {
      const { certificates } = await admin.get<{ certificates: { serial: string; state: string; kind: string }[] }>(`/desk/people/${id}`);
      for (const each of certificates) if (each.kind === 'achievement') found.set(each.state, each.serial);
    }
  };
  for (const state of ['valid', 'expired', 'suspended', 'revoked']) await collect(`certificate=${state}`);
  const replaced = found.get('valid') ?? '';
  const { serial } = await admin.post<{ serial: string }>(`/certificates/${replaced}/reissue`, { holder: '', holder_latin: '', reason: 'The name was written wrong.' });
  found.set('superseded', replaced).set('valid', serial);
  assert.deepEqual([...found.keys()].sort(), ['expired', 'revoked', 'superseded', 'suspended', 'valid']);
  await lookAt(
    [...found].map(([state, serial]) => ({ name: `drawn-${state}`, path: `/verify/${serial}?from=qr` })),
    () => Promise.resolve(),
    () => Promise.resolve(),
  );
});

test('no page of study was forgotten', () => {
  assert.deepEqual(forgotten('study'), []);
});

test('enlarged to twice the size', async () => {
  const api = await Api.signIn('trainee@demo.mostik');
  await api.patch('/me', { language: 'ru' });
  const { enrolments } = await api.get<{ enrolments: { id: string }[] }>('/dashboard');
  const { context, page, watch } = await open(browser, { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2, locale: 'ru' });
  await enter(context, 'trainee@demo.mostik');
  const id = enrolments[0]?.id ?? '';
  for (const [name, path] of [['learn', '/learn'], ['course', `/learn/${id}`], ['lesson', `/learn/${id}/m1-elements`], ['sign-in', '/sign-in']] as const) {
    await page.goto(path);
    await drawn(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${name} scrolls sideways by ${wide}`);
    if (pictures) await page.screenshot({ path: join(out, `zoom-${name}-ru.png`) });
  }
  watch.clean();
  await context.close();
});
