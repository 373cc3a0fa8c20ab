/** Prints Lighthouse's mobile scores. It judges nothing: scores of performance belong to a machine and a moment. */
import lighthouse from 'lighthouse';
import { chromium } from 'playwright-core';
import { createServer, type AddressInfo } from 'node:net';
import { enrolled, Api } from './lib/api.ts';
import { executablePath, flags } from './lib/browser.ts';
import { shared } from './lib/server.ts';

const probe = createServer();
await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
const { port } = probe.address() as AddressInfo;
await new Promise((resolve) => probe.close(resolve));

const person = await enrolled();
const begun = await person.api.post<{ id: string }>(`/enrolments/${person.enrolment}/activities/pre-test/attempts`, { id: crypto.randomUUID() });
const { certificates } = await (await Api.signIn('trainee@demo.mostik')).get<{ certificates: { serial: string }[] }>('/dashboard');
const browser = await chromium.launch({ executablePath, args: [...flags, `--remote-debugging-port=${port}`] });
const response = await fetch(`${shared().url}/api/v1/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ login: person.login, password: person.password }) });
const Cookie = response.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');

const pages: [string, string, boolean][] = [
  ['sign-in', '/sign-in', false],
  ['my learning', '/learn', true],
  ['course', `/learn/${person.enrolment}`, true],
  ['lesson', `/learn/${person.enrolment}/m1-elements`, true],
  ['quiz', `/attempts/${begun.id}`, true],
  ['verify', certificates[0] ? `/verify/${certificates[0].serial}` : '/verify', false],
];
const categories = ['performance', 'accessibility', 'best-practices'];
console.log(`\n${'mobile'.padEnd(14)}${categories.map((each) => each.padStart(16)).join('')}`);
for (const [name, path, signed] of pages) {
  const runs: Awaited<ReturnType<typeof lighthouse>>[] = [];
  for (let i = 0; i < 3; i++) {
    runs.push(await lighthouse(shared().url + path, { port, output: 'json', logLevel: 'error', onlyCategories: categories, ...(signed ? { extraHeaders: { Cookie } } : {}) }));
  }
  // The middle one of three: other work on the machine shows as blocking.
  const score = (run: (typeof runs)[number]) => run?.lhr.categories['performance']?.score ?? 0;
  const result = runs.sort((a, b) => score(a) - score(b))[1];
  const scores = categories.map((each) => Math.round((result?.lhr.categories[each]?.score ?? 0) * 100));
  console.log(`${name.padEnd(14)}${scores.map((each) => String(each).padStart(16)).join('')}`);
  if ((scores[0] ?? 0) < 95) {
    for (const each of ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift', 'speed-index']) {
      console.log(`    ${each}: ${result?.lhr.audits[each]?.displayValue}`);
    }
    const long = result?.lhr.audits['long-tasks']?.details as { items?: { url?: string; duration?: number; startTime?: number }[] } | undefined;
    for (const task of long?.items ?? []) console.log(`    blocked: ${Math.round(task.duration ?? 0)} ms at ${Math.round(task.startTime ?? 0)} ms, ${task.url?.split('/').pop()}`);
    for (const shift of (result?.lhr.audits['layout-shifts']?.details as { items?: { node?: { snippet?: string }; score?: number }[] } | undefined)?.items ?? []) {
      console.log(`    moved: ${shift.score} ${shift.node?.snippet}`);
    }
  }
  for (const audit of Object.values(result?.lhr.audits ?? {})) {
    const counts = result?.lhr.categories['accessibility']?.auditRefs.concat(result.lhr.categories['best-practices']?.auditRefs ?? []).some((each) => each.id === audit.id && each.weight > 0);
    if (counts && audit.score !== null && audit.score < 1) console.log(`    ${audit.id}: ${audit.title}`);
  }
}
await browser.close();
