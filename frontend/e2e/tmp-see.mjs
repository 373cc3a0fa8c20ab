import { chromium } from 'playwright-core';
const [base, who, lang, size, dark, ...paths] = process.argv.slice(2);
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const c = await b.newContext({ viewport: size === 'phone' ? { width: 390, height: 844 } : { width: 1280, height: 800 }, locale: lang, colorScheme: dark === 'dark' ? 'dark' : 'light' });
const p = await c.newPage();
p.on('pageerror', (e) => console.log('script', String(e)));
p.on('response', (r) => { if (r.status() >= 400) console.log(r.status(), r.url()); });
await p.goto(base + '/sign-in?lang=' + lang);
await p.fill('input[name=login], input[name=name], input[type=text]', who + '@demo.mostik');
await p.fill('input[type=password]', 'mostik-demo');
await Promise.all([p.waitForNavigation(), p.click('button[type=submit]')]);
await p.evaluate(async (lang) => { await fetch('/api/v1/me', { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ language: lang }) }); }, lang);
for (const path of paths) {
  await p.goto(base + path, { waitUntil: 'networkidle' });
  await p.waitForTimeout(600);
  const name = `/tmp/see/${path.replace(/[^a-z0-9]+/gi, '_').slice(0, 60)}-${lang}-${size}${dark === 'dark' ? '-dark' : ''}.png`;
  await p.screenshot({ path: name, fullPage: true });
  const over = await p.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  console.log(name, over > 0 ? 'WIDER by ' + over : '');
}
await b.close();
