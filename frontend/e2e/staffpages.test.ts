/** Every page of the staff: see lib/look.ts for what is held. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { course, newcomer, standIn } from './lib/api.ts';
import { at, forgotten, lookAs, type Look } from './lib/look.ts';

test('a trainer', async () => {
  const me = await standIn('trainer@demo.mostik');
  const { api } = me;
  const { items } = await api.get<{ items: { id: string; to_mark: number }[] }>('/cohorts');
  const id = [...items].sort((a, b) => b.to_mark - a.to_mark)[0]?.id ?? '';
  const report = await api.get<{ items: { enrolment_id: string }[] }>(`/cohorts/${id}/report`);
  await lookAs(
    [
      { name: 'teach', path: at('/teach') },
      { name: 'webinar-list', path: '/webinars' },
      { name: 'webinar-new', path: at('/webinars/new') },
      { name: 'webinar-edit', path: at('/webinars/:id/edit', { id: 'almaty' }) },
      { name: 'teach-cohort', path: at('/teach/cohorts/:id', { id }) },
      { name: 'teach-marking', path: at('/teach/cohorts/:id/marking', { id }) },
      { name: 'teach-dates', path: at('/teach/cohorts/:id/dates', { id }) },
      { name: 'teach-attendance', path: at('/teach/cohorts/:id/attendance', { id }) },
      { name: 'teach-statistics', path: at('/teach/cohorts/:id/statistics', { id }) },
      { name: 'teach-tables', path: at('/teach/cohorts/:id/tables', { id }) },
      { name: 'teach-study', path: at('/teach/enrolments/:id', { id: report.items[0]?.enrolment_id ?? '' }) },
    ],
    me,
  );
});

test('an author', async () => {
  await lookAs(
    [
      { name: 'author', path: at('/author') },
      { name: 'author-course', path: at('/author/:course', { course }) },
    ],
    await standIn('author@demo.mostik'),
  );
});

test('an administrator', async () => {
  const me = await standIn('admin@demo.mostik');
  const { api } = me;
  const person = await newcomer('Лейла', 'Бекова');
  const { items: cohorts } = await api.get<{ items: { id: string }[] }>('/cohorts');
  const { items: mails } = await api.get<{ items: { id: string }[] }>('/admin/mail');
  const brought = await api.bring('люди.csv', 'Фамилия;Имя;Дата рождения;Телефон\nСерикова;Айгерим;31.02.1990;7,7E+10\nСериковa;Дана;1987;\nСерикова;Айгерім;;\n');
  const applied = (await api.get<{ items: { id: string; state: string }[] }>('/imports')).items.find((each) => each.state === 'applied');
  // Switched off at once: nobody is there to be told.
  const hook = await api.post<{ id: string }>('/admin/hooks', { kind: 'webhook', url: 'https://register.example.org/certificates', events: ['course.completed', 'certificate.issued', 'certificate.changed'], login: '', password: '' });
  await api.patch(`/admin/hooks/${hook.id}`, { paused: true });
  const told = (await api.get<{ items: { id: string; url: string }[] }>('/admin/hooks')).items.find((each) => each.url.includes('partner.example'));
  const looks: Look[] = [
    { name: 'webinar-report', path: at('/webinars/:id/report', { id: 'nine-centres' }) },
    { name: 'webinar-report-none', path: '/webinars/vladimir/report' },
    { name: 'desk-imports', path: at('/desk/import') },
    { name: 'desk-import', path: at('/desk/import/:id', { id: brought }) },
    { name: 'desk-import-done', path: `/desk/import/${applied?.id ?? ''}` },
    { name: 'desk-duplicates', path: at('/desk/duplicates') },
    { name: 'admin', path: at('/admin') },
    { name: 'admin-people', path: at('/admin/people') },
    { name: 'admin-person-new', path: at('/admin/people/new') },
    { name: 'admin-person', path: at('/admin/people/:id', { id: person.id }) },
    { name: 'admin-centres', path: at('/admin/centres') },
    { name: 'admin-cohorts', path: at('/admin/cohorts') },
    { name: 'admin-cohort', path: at('/admin/cohorts/:id', { id: cohorts[0]?.id ?? '' }) },
    { name: 'admin-codes', path: at('/admin/codes') },
    { name: 'admin-audit', path: at('/admin/audit') },
    { name: 'admin-hooks', path: at('/admin/hooks') },
    { name: 'admin-hook', path: at('/admin/hooks/:id', { id: hook.id }) },
    { name: 'admin-hook-told', path: `/admin/hooks/${told?.id ?? ''}` },
    { name: 'admin-mails', path: at('/admin/mail') },
    { name: 'admin-mails-none', path: '/admin/mail?state=failed' },
    { name: 'admin-mail', path: at('/admin/mail/:id', { id: mails[0]?.id ?? '' }) },
  ];
  await lookAs(looks, me);
});

test('programmes', async () => {
  const me = await standIn('admin@demo.mostik');
  const { api } = me;
  const key = 'first-contact';
  const { items } = await api.get<{ items: { id: string; state: string }[] }>(`/programmes/${key}/people`);
  const { days } = await api.get<{ days: { id: string }[] }>(`/programmes/${key}`);
  await lookAs(
    [
      { name: 'desk-programmes', path: at('/desk/programmes') },
      { name: 'desk-programme', path: at('/desk/programmes/:key', { key }) },
      { name: 'desk-programme-none', path: `/desk/programmes/${key}?q=nobody` },
      { name: 'desk-programme-edit', path: at('/desk/programmes/:key/edit', { key }) },
      { name: 'desk-lineage', path: at('/desk/programmes/:key/lineage', { key }) },
      { name: 'desk-lineage-none', path: '/desk/programmes/librarians/lineage' },
      { name: 'desk-participation', path: at('/desk/programmes/:key/people/:participation', { key, participation: items.find((each) => each.state === 'active')?.id ?? '' }) },
      { name: 'desk-programme-day', path: at('/desk/programmes/:key/days/:id', { key, id: days[0]?.id ?? '' }) },
    ],
    me,
  );
  await lookAs([{ name: 'desk-evidence-none', path: at('/desk/evidence') }], await standIn('coordinator@demo.mostik'));
});

test('a coordinator', async () => {
  const me = await standIn('coordinator@demo.mostik');
  const { api } = me;
  const { items: people } = await api.get<{ items: { id: string }[] }>('/desk/people?certificate=valid');
  await lookAs(
    [
      { name: 'desk', path: at('/desk') },
      { name: 'desk-centres', path: '/desk?by=centre&country=KZ' },
      { name: 'desk-nowhere', path: '/desk?country=ZZ' },
      { name: 'desk-people', path: at('/desk/people') },
      { name: 'desk-people-none', path: '/desk/people?q=nobody-has-this-name' },
      { name: 'desk-person', path: at('/desk/people/:id', { id: people[0]?.id ?? '' }) },
      { name: 'desk-expiring', path: at('/desk/expiring') },
      { name: 'desk-calls', path: at('/desk/calls') },
      { name: 'desk-reminders', path: at('/desk/reminders') },
    ],
    me,
  );
});

test('reports for donors', async () => {
  const me = await standIn('admin@demo.mostik');
  const { api } = me;
  const { items: reports } = await api.get<{ items: { id: string; frozen_at?: string }[] }>('/reports');
  const id = (frozen: boolean) => reports.find((each) => Boolean(each.frozen_at) === frozen)?.id ?? '';
  await lookAs(
    [
      { name: 'desk-expiring-many', path: '/desk/expiring?days=180' },
      { name: 'desk-reminders-many', path: '/desk/reminders?reason=expiring' },
      { name: 'desk-calls-many', path: '/desk/calls' },
      { name: 'desk-reports', path: at('/desk/reports') },
      { name: 'desk-report', path: at('/desk/reports/:id', { id: id(true) }) },
      { name: 'desk-report-draft', path: at('/desk/reports/:id', { id: id(false) }) },
      { name: 'desk-indicators', path: at('/desk/indicators') },
      { name: 'desk-totals', path: at('/desk/totals') },
      { name: 'desk-outcomes', path: `${at('/desk/outcomes')}?programme=first-contact` },
      { name: 'desk-outcomes-none', path: '/desk/outcomes?programme=librarians' },
    ],
    me,
  );
});

test('certificates', async () => {
  const me = await standIn('admin@demo.mostik');
  const { api } = me;
  const person = await newcomer('Гүлнар', 'Ахметова');
  const paper = { person_id: person.id, kind: 'achievement', title: 'Психологическая помощь', number: person.id, issuer: 'Институт', issued_on: '2019-05-04', language: 'ru' };
  const { serial } = await api.post<{ serial: string }>('/past-certificates', paper);
  await lookAs(
    [
      { name: 'desk-certificate', path: at('/desk/certificates/:serial', { serial }) },
      { name: 'desk-past', path: at('/desk/certificates/past') },
      { name: 'desk-many', path: at('/desk/certificates/many') },
      { name: 'desk-templates', path: at('/desk/templates') },
      { name: 'desk-template', path: at('/desk/templates/:programme/:language', { programme: 'house', language: 'ru' }), ready: 'img.paper' },
      { name: 'desk-recognition', path: at('/desk/recognition') },
    ],
    me,
  );
});

test('no page of the staff was forgotten', () => {
  assert.deepEqual(forgotten('staff'), []);
});
