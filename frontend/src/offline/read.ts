/** What a paper's seal, a token or a credential says, once its signature fits. */
import { fromBase64url, fromUTF8, parse, toBase64url } from './bytes.ts';
import { sha512 } from '@noble/hashes/sha2.js';
import { open, Refused, type Keys } from './signature.ts';

/** A line of what is certified: the key of its word, and what stands there; either may be missing. */
export interface Line {
  word: string;
  text: string;
}

export interface Read {
  serial: string;
  /** The last moment of its life. */
  end: Date | undefined;
  lines: Line[];
}

type Document = Record<string, unknown>;

const hour = 3600e3;
/** A day is over when it is over everywhere. */
const everywhere = 36 * hour;

/** A part of a document by its path; nothing where it is of another kind. */
function at(document: unknown, ...path: (string | number)[]): unknown {
  let value = document;
  for (const step of path) value = typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? (value as Document)[step] : undefined;
  return value;
}
function textAt(document: unknown, ...path: (string | number)[]): string {
  const value = at(document, ...path);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

const day = (text: string): string => text.slice(0, 10);

function moment(text: string): Date {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new Refused('NotRead');
  return date;
}

const parts = (text: string): [string, string, string] => {
  const [a, b, c, ...more] = text.split('.');
  if (a === undefined || b === undefined || c === undefined || more.length) throw new Refused('NotRead');
  return [a, b, c];
};

/** A JSON Web Token whose key's address ends with the key's name. */
export async function openToken(text: string, keys: Keys): Promise<Document> {
  const [head, body, signature] = parts(text);
  const said = parse(fromBase64url(head));
  const kid = textAt(said, 'kid');
  if (at(said, 'alg') !== 'EdDSA' || !kid) throw new Refused('NotRead');
  await open(keys, kid.replace(/^.*\//, '').replace(/\.jwk$/, ''), fromUTF8(`${head}.${body}`), fromBase64url(signature));
  return parse(fromBase64url(body)) as Document;
}

/** The seal of a paper: key, claim and signature, as its code has them after the #. */
export async function openSeal(text: string, keys: Keys): Promise<Read> {
  const [key, claim, signature] = parts(text);
  const raw = fromBase64url(claim);
  await open(keys, key, raw, fromBase64url(signature));
  const c = parse(raw);
  const ends = textAt(c, 'expires_on');
  const kind = textAt(c, 'kind') === 'participation' ? 'Participation' : 'Achievement';
  return {
    serial: textAt(c, 'serial'),
    end: ends ? new Date(moment(ends).getTime() + everywhere) : undefined,
    lines: [
      { word: 'Holder', text: textAt(c, 'holder') }, { word: 'Latin', text: textAt(c, 'holder_latin') },
      { word: 'For', text: textAt(c, 'programme') || textAt(c, 'course') }, { word: 'Document', text: textAt(c, 'document') || `=${kind}` },
      { word: 'Hours', text: textAt(c, 'hours') }, { word: 'Issued', text: day(textAt(c, 'issued_on')) },
      { word: 'Expires', text: ends ? day(ends) : '=NoExpiry' }, { word: 'Issuer', text: textAt(c, 'issuer') }, { word: 'Serial', text: textAt(c, 'serial') },
    ],
  };
}

/** An Open Badges credential that was opened already. */
export function readCredential(c: Document): Read {
  const types = at(c, 'type');
  if (!Array.isArray(types) || !types.includes('OpenBadgeCredential')) throw new Refused('NotRead');
  const subject = at(c, 'credentialSubject');
  const serial = textAt(c, 'id').replace(/^.*\//, '');
  const name = textAt(subject, 'achievement', 'name');
  const until = textAt(c, 'validUntil');
  const end = until ? moment(until) : undefined;
  return {
    serial,
    end,
    lines: [
      { word: 'Holder', text: textAt(subject, 'identifier', 0, 'identityHash') }, { word: 'Latin', text: textAt(subject, 'identifier', 1, 'identityHash') },
      { word: 'For', text: name }, { word: 'Document', text: textAt(subject, 'achievement', 'description').replace(`: ${name}`, '') },
      { word: 'Hours', text: textAt(subject, 'creditsEarned') }, { word: 'Issued', text: day(textAt(c, 'validFrom')) },
      { word: 'Expires', text: end ? day(new Date(end.getTime() - everywhere).toISOString()) : '=NoExpiry' },
      { word: 'Issuer', text: textAt(c, 'issuer', 'name') }, { word: 'Serial', text: serial },
    ],
  };
}

export interface Standing {
  state: 'valid' | 'suspended' | 'revoked';
  /** When the list was true. */
  at: Date;
}

/** What the signed list says of a serial: the first bytes of its hash stand there, or do not. */
export async function standing(serial: string, token: string, keys: Keys): Promise<Standing> {
  const list = await openToken(token, keys);
  const mark = toBase64url(sha512(fromUTF8(`mostik status\n${serial}`)).subarray(0, 6));
  const { revoked, suspended, nbf } = list;
  if (typeof revoked !== 'string' || typeof suspended !== 'string' || typeof nbf !== 'number') throw new Refused('NotRead');
  const among = (all: string): boolean => {
    for (let i = 0; i < all.length; i += mark.length) if (all.startsWith(mark, i)) return true;
    return false;
  };
  return { state: among(revoked) ? 'revoked' : among(suspended) ? 'suspended' : 'valid', at: new Date(nbf * 1000) };
}
