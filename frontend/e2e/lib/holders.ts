/** People of the demonstration who hold certificates. */
import assert from 'node:assert/strict';
import { Api } from './api.ts';

export interface Holder {
  serial: string;
  api: Api;
}

/** Some who hold one that is valid, from the nth cohort by size on, so that stories stay out of each other's way. */
export async function holders(n: number, nth = 1): Promise<Holder[]> {
  const admin = await Api.signIn('admin@demo.mostik');
  const { items: cohorts } = await admin.get<{ items: { id: string; completed: number }[] }>('/cohorts');
  const done = [...cohorts].sort((a, b) => b.completed - a.completed)[nth];
  const report = await admin.get<{ items: { person: { id: string } }[] }>(`/cohorts/${done?.id}/report?state=completed`);
  const found: Holder[] = [];
  for (const { person } of report.items) {
    if (found.length === n) break;
    const { items } = await admin.post<{ items: { code: string }[] }>('/codes', { person_ids: [person.id] });
    const api = new Api(admin.url);
    await api.enter('/auth/code', { code: items[0]?.code, password: 'a long enough password' });
    const mine = await api.get<{ items: { serial: string; state: string }[] }>('/certificates');
    const valid = mine.items.find((c) => c.state === 'valid');
    if (valid) found.push({ serial: valid.serial, api });
  }
  assert.equal(found.length, n, 'enough people hold certificates');
  return found;
}

export const credential = (holder: Holder, form: 'jwt' | 'di'): Promise<string> => holder.api.text(`/certificates/${holder.serial}/credential?form=${form}`);
