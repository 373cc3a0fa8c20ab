/** Which answer counts when the server, the outbox, another tab and this page each have one. */
import type { Answer, Content } from '../../lib/attempt/types.ts';

export type Answers = Record<string, Answer>;

/** What an entry of the outbox carries when it is an answer. */
interface Sent {
  question_key: string;
  revision: number;
  content: Content | null;
}

/** Takes the newer answer of each question. Equal revisions are the same answer: what is known of it adds up. */
export function merge(mine: Answers, theirs: Answers): Answers {
  const out = { ...mine };
  let changed = false;
  for (const [question, answer] of Object.entries(theirs)) {
    const have = out[question];
    if (have && have.revision > answer.revision) continue;
    if (have && have.revision === answer.revision && have.late === (have.late || answer.late)) continue;
    out[question] = have && have.revision === answer.revision ? { ...have, late: true } : answer;
    changed = true;
  }
  return changed ? out : mine; // the same object tells that nothing is new
}

/** The answers that wait in the outbox; everything else in it is passed over. */
export function waiting(entries: readonly { path: string; body: unknown }[]): Answers {
  const out: Answers = {};
  for (const { path, body } of entries) {
    if (!path.includes('/answers/') || !isSent(body)) continue;
    const have = out[body.question_key];
    if (!have || have.revision < body.revision) out[body.question_key] = { revision: body.revision, content: body.content, late: false };
  }
  return out;
}

function isSent(body: unknown): body is Sent {
  const sent = body as Partial<Sent> | null;
  return typeof sent?.question_key === 'string' && typeof sent.revision === 'number';
}
