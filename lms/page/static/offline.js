/* Checks what is printed and what was downloaded, with the keys and the lists that lie in this page: no network. */
'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const w = data.words;
  const out = document.getElementById('found');
  const utf8 = new TextDecoder('utf-8', { fatal: true });

  /** base64url to bytes; strict: one text has one spelling. */
  function bytes(text) {
    if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw new Error('not base64url');
    const raw = atob(text.replace(/-/g, '+').replace(/_/g, '/') + '='.repeat((4 - (text.length % 4)) % 4));
    const list = Uint8Array.from(raw, (c) => c.charCodeAt(0));
    if (base64url(list) !== text) throw new Error('not strict');
    return list;
  }
  function base64url(list) {
    let raw = '';
    for (const b of list) raw += String.fromCharCode(b);
    return btoa(raw).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  }
  const json = (list) => JSON.parse(utf8.decode(list));

  /* Ed25519 (RFC 8032, 5.1.7) for browsers whose own cryptography does not have it, or not on this page. */
  const P = 2n ** 255n - 19n;
  const L = 2n ** 252n + 27742317777372353535851937790883648493n;
  const mod = (a, m = P) => ((a % m) + m) % m;
  function power(base, exponent, m) {
    let result = 1n;
    for (base = mod(base, m); exponent > 0n; exponent >>= 1n, base = (base * base) % m) if (exponent & 1n) result = (result * base) % m;
    return result;
  }
  const D = mod(-121665n * power(121666n, P - 2n, P));
  const little = (list) => list.reduceRight((n, b) => (n << 8n) | BigInt(b), 0n);
  function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
    const a = mod((y1 - x1) * (y2 - x2)), b = mod((y1 + x1) * (y2 + x2)), c = mod(2n * D * t1 * t2), d = mod(2n * z1 * z2);
    const e = b - a, f = d - c, g = d + c, h = b + a;
    return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
  }
  function times(point, n) {
    let result = [0n, 1n, 1n, 0n];
    for (; n > 0n; n >>= 1n, point = add(point, point)) if (n & 1n) result = add(result, point);
    return result;
  }
  function pointOf(list) {
    const all = little(list), y = all & (2n ** 255n - 1n);
    if (y >= P) return null;
    const u = mod(y * y - 1n), v = mod(D * y * y + 1n);
    let x = mod(u * v ** 3n * power(u * v ** 7n, (P - 5n) / 8n, P));
    if (mod(v * x * x) !== u) x = mod(x * power(2n, (P - 1n) / 4n, P));
    if (mod(v * x * x) !== u || (x === 0n && all >> 255n)) return null;
    if ((x & 1n) !== all >> 255n) x = P - x;
    return [x, y, 1n, mod(x * y)];
  }
  const base = pointOf(Uint8Array.from({ length: 32 }, (_, i) => (i ? 0x66 : 0x58)));
  function verifyByHand(key, message, signature) {
    const a = pointOf(key), r = pointOf(signature.subarray(0, 32)), s = little(signature.subarray(32));
    if (!a || !r || s >= L) return false;
    const k = mod(little(sha512([...signature.subarray(0, 32), ...key, ...message])), L);
    const [x1, y1, z1] = times(base, s), [x2, y2, z2] = add(r, times(a, k));
    return mod(x1 * z2 - x2 * z1) === 0n && mod(y1 * z2 - y2 * z1) === 0n;
  }

  /* SHA-512 (FIPS 180-4). The constants are the first bits of roots of the first primes. */
  const M64 = 2n ** 64n - 1n;
  function root(n, degree) {
    let x = 1n << (BigInt(n.toString(2).length) / degree + 1n);
    for (let next = x; ; x = next) {
      next = ((degree - 1n) * x + n / x ** (degree - 1n)) / degree;
      if (next >= x) return x;
    }
  }
  let constants;
  function sha512(message) {
    if (!constants) {
      const primes = [];
      for (let n = 2; primes.length < 80; n++) if (primes.every((p) => n % p)) primes.push(n);
      constants = { k: primes.map((p) => root(BigInt(p) << 192n, 3n) & M64), h: primes.slice(0, 8).map((p) => root(BigInt(p) << 128n, 2n) & M64) };
    }
    const turn = (x, n) => ((x >> n) | (x << (64n - n))) & M64;
    const padded = [...message, 0x80];
    while (padded.length % 128 !== 112) padded.push(0);
    for (let i = 15n; i >= 0n; i--) padded.push(Number((BigInt(message.length * 8) >> (8n * i)) & 255n));
    const h = [...constants.h];
    for (let at = 0; at < padded.length; at += 128) {
      const words = [];
      for (let i = 0; i < 80; i++) {
        if (i < 16) {
          words.push(padded.slice(at + 8 * i, at + 8 * i + 8).reduce((n, b) => (n << 8n) | BigInt(b), 0n));
          continue;
        }
        const a = words[i - 15], b = words[i - 2];
        words.push((words[i - 16] + words[i - 7] + (turn(a, 1n) ^ turn(a, 8n) ^ (a >> 7n)) + (turn(b, 19n) ^ turn(b, 61n) ^ (b >> 6n))) & M64);
      }
      let [a, b, c, d, e, f, g, i] = h;
      for (let n = 0; n < 80; n++) {
        const t1 = i + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (~e & g)) + constants.k[n] + words[n];
        const t2 = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
        [i, g, f, e, d, c, b, a] = [g, f, e, (d + t1) & M64, c, b, a, (t1 + t2) & M64];
      }
      [a, b, c, d, e, f, g, i].forEach((v, n) => (h[n] = (h[n] + v) & M64));
    }
    return Uint8Array.from(h.flatMap((v) => Array.from({ length: 8 }, (_, n) => Number((v >> BigInt(56 - 8 * n)) & 255n))));
  }

  /** Does the signature fit? The browser's own answer where it has one. */
  async function signedBy(key, message, signature) {
    if (signature.length !== 64) return false;
    try {
      const known = await crypto.subtle.importKey('raw', key, { name: 'Ed25519' }, false, ['verify']);
      return await crypto.subtle.verify({ name: 'Ed25519' }, known, signature, message);
    } catch {
      return verifyByHand(key, message, signature);
    }
  }

  class Refused extends Error {}

  async function open(key, message, signature) {
    if (!Object.hasOwn(data.keys, key)) throw new Refused(w.UnknownKey);
    if (!(await signedBy(bytes(data.keys[key]), message, signature))) throw new Refused(w.Forged);
  }

  /** A JSON Web Token whose key's address ends with the key's name. */
  async function token(text) {
    const [head, body, signature] = text.split('.');
    const { alg, kid } = json(bytes(head));
    if (alg !== 'EdDSA' || typeof kid !== 'string') throw new Refused(w.NotRead);
    await open(kid.replace(/^.*\//, '').replace(/\.jwk$/, ''), new TextEncoder().encode(head + '.' + body), bytes(signature));
    return json(bytes(body));
  }

  /** The seal of a paper: key, claim and signature, as its code has them after the #. */
  async function seal(text) {
    const [key, claim, signature] = text.split('.');
    const raw = bytes(claim);
    await open(key, raw, bytes(signature));
    const c = json(raw);
    const end = c.expires_on && new Date(Date.parse(c.expires_on) + 36 * 3600e3);
    return { serial: c.serial, end, lines: [
      [w.Holder, c.holder], [w.Latin, c.holder_latin], [w.For, c.programme || c.course], [w.Document, c.document || (c.kind === 'participation' ? w.Participation : w.Achievement)],
      [w.Hours, c.hours], [w.Issued, day(c.issued_on)], [w.Expires, c.expires_on ? day(c.expires_on) : w.NoExpiry], [w.Issuer, c.issuer], [w.Serial, c.serial],
    ] };
  }

  async function credential(text) {
    const c = await token(text);
    if (!Array.isArray(c.type) || !c.type.includes('OpenBadgeCredential')) throw new Refused(w.NotRead);
    const s = c.credentialSubject, a = s.achievement;
    return { serial: String(c.id).replace(/^.*\//, ''), end: c.validUntil && new Date(c.validUntil), lines: [
      [w.Holder, s.identifier[0].identityHash], [w.Latin, s.identifier[1]?.identityHash], [w.For, a.name], [w.Document, a.description.replace(': ' + a.name, '')],
      [w.Hours, s.creditsEarned], [w.Issued, day(c.validFrom)], [w.Expires, c.validUntil ? day(new Date(Date.parse(c.validUntil) - 36 * 3600e3).toISOString()) : w.NoExpiry],
      [w.Issuer, c.issuer.name], [w.Serial, String(c.id).replace(/^.*\//, '')],
    ] };
  }
  const day = (text) => String(text).slice(0, 10);

  /** What the list in this page says of a serial: the first bytes of its hash stand there, or do not. */
  async function standing(serial) {
    const list = await token(data.list);
    const mark = base64url(sha512([...new TextEncoder().encode('mostik status\n' + serial)]).subarray(0, 6));
    const age = Math.max(0, Math.floor((Date.now() / 1000 - list.nbf) / 86400));
    const among = (all) => { for (let i = 0; i < all.length; i += 8) if (all.slice(i, i + 8) === mark) return true; return false; };
    return { state: among(list.revoked) ? 'revoked' : among(list.suspended) ? 'suspended' : 'valid', age, at: new Date(list.nbf * 1000) };
  }

  const show = (name, sign, title, ...rest) => {
    out.replaceChildren();
    const box = document.createElement('div');
    box.className = 'state ' + name;
    const mark = document.createElement('span');
    mark.setAttribute('aria-hidden', 'true');
    mark.className = 'sign';
    mark.textContent = sign;
    const words = document.createElement('div');
    for (const [i, text] of [title, ...rest].entries()) {
      const line = document.createElement(i ? 'p' : 'h2');
      line.textContent = text;
      words.append(line);
    }
    box.append(mark, words);
    out.append(box);
    out.dataset.state = name;
  };

  async function check(text) {
    const found = text.trim().replace(/^.*#/s, '').replace(/\s/g, '');
    try {
      const parts = found.split('.').length;
      if (parts !== 3) throw new Refused(found.startsWith('{') ? w.TakeToken : w.NotRead);
      const read = found.startsWith('ey') ? await credential(found) : await seal(found);
      const list = await standing(read.serial);
      const state = list.state === 'valid' && read.end && read.end < new Date() ? 'expired' : list.state;
      const said = { valid: ['✓', w.Valid], expired: ['⧖', w.Expired], suspended: ['‖', w.Suspended], revoked: ['✕', w.Revoked] }[state];
      const age = w.ListAge.replace('{date}', list.at.toISOString().slice(0, 10)).replace('{days}', String(list.age));
      show(state, said[0], said[1], w.Genuine, age, ...(list.age > 7 ? [w.TooOld] : []));
      const facts = document.createElement('dl');
      for (const [name, value] of read.lines) {
        if (value === undefined || value === '') continue;
        const row = document.createElement('div'), dt = document.createElement('dt'), dd = document.createElement('dd');
        dt.textContent = name;
        dd.textContent = String(value);
        row.append(dt, dd);
        facts.append(row);
      }
      out.append(facts);
    } catch (failure) {
      show('refused', '✕', failure instanceof Refused ? failure.message : w.NotRead);
    }
    out.focus();
  }

  const field = document.getElementById('text');
  document.getElementById('form').addEventListener('submit', (event) => {
    event.preventDefault();
    void check(field.value);
  });
  document.getElementById('file').addEventListener('change', async (event) => {
    const [file] = event.target.files;
    if (file && file.size < 1e6) field.value = await file.text();
    if (file) void check(field.value);
  });
  if (location.hash.length > 1) {
    field.value = location.hash.slice(1);
    void check(field.value);
  }
})();
