/**
 * The page that checks papers, tokens and credentials with the keys and the lists that lie in it: no network. It is built
 * into one script, which the server writes into the page (lms/page/offline.go).
 */
import { openCredential } from './integrity.ts';
import { openSeal, openToken, readCredential, standing, type Read } from './read.ts';
import { Refused, type Keys } from './signature.ts';

interface Data {
  keys: Keys;
  list: string;
  words: Record<string, string>;
}

function element<E extends HTMLElement>(id: string, kind: new () => E): E {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${id}`);
  return found;
}

const data = JSON.parse(document.getElementById('data')?.textContent ?? '') as Data;
const out = element('found', HTMLElement);
const field = element('text', HTMLTextAreaElement);
const word = (name: string): string => data.words[name] ?? '';
const signs = { valid: '✓', expired: '⧖', suspended: '‖', revoked: '✕', refused: '✕' } as const;
const titles = { valid: 'Valid', expired: 'Expired', suspended: 'Suspended', revoked: 'Revoked' } as const;

/** A list that is older than so many days is called old. */
const oldDays = 7;

function open(text: string): Promise<Read> {
  const found = text.trim();
  if (found.startsWith('{')) return openCredential(found, data.keys).then(readCredential);
  const line = found.replace(/^.*#/s, '').replace(/\s/g, '');
  return line.startsWith('ey') ? openToken(line, data.keys).then(readCredential) : openSeal(line, data.keys);
}

function show(state: keyof typeof signs, title: string, ...rest: string[]): void {
  const box = document.createElement('div');
  box.className = `state ${state}`;
  const mark = document.createElement('span');
  mark.setAttribute('aria-hidden', 'true');
  mark.className = 'sign';
  mark.textContent = signs[state];
  const words = document.createElement('div');
  for (const [i, text] of [title, ...rest].entries()) {
    const line = document.createElement(i ? 'p' : 'h2');
    line.textContent = text;
    words.append(line);
  }
  box.append(mark, words);
  out.replaceChildren(box);
  out.dataset['state'] = state;
}

/** What is certified, as a list; a text that begins with = is one of the page's own words. */
function facts(read: Read): HTMLElement {
  const list = document.createElement('dl');
  for (const { word: name, text } of read.lines) {
    if (!text) continue;
    const row = document.createElement('div');
    const term = document.createElement('dt');
    const value = document.createElement('dd');
    term.textContent = word(name);
    value.textContent = text.startsWith('=') ? word(text.slice(1)) : text;
    row.append(term, value);
    list.append(row);
  }
  return list;
}

/** Counts what was asked to be checked: the answer to an earlier text never stands under a later one. */
let turn = 0;

async function check(text: string): Promise<void> {
  const mine = ++turn;
  try {
    const read = await open(text);
    const list = await standing(read.serial, data.list, data.keys);
    if (mine !== turn) return;
    const state = list.state === 'valid' && read.end && read.end < new Date() ? 'expired' : list.state;
    const days = Math.max(0, Math.floor((Date.now() - list.at.getTime()) / 86400e3));
    const age = word('ListAge').replace('{date}', list.at.toISOString().slice(0, 10)).replace('{days}', String(days));
    show(state, word(titles[state]), word('Genuine'), age, ...(days > oldDays ? [word('TooOld')] : []));
    out.append(facts(read));
  } catch (failure) {
    if (mine !== turn) return;
    show('refused', word(failure instanceof Refused ? failure.reason : 'NotRead'));
  }
  out.focus();
}

element('form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  void check(field.value);
});
element('file', HTMLInputElement).addEventListener('change', async (event) => {
  const file = (event.currentTarget as HTMLInputElement).files?.[0];
  if (!file) return;
  // A credential weighs some kilobytes; whatever is much larger is none, and reading it would only take long.
  field.value = file.size < 1e6 ? await file.text() : '';
  void check(field.value);
});
if (location.hash.length > 1) {
  field.value = location.hash.slice(1);
  void check(field.value);
}
