/** What happened in the room between two states that somebody who does not look should hear. Pure, so that it can be tested. */
import type { State } from '../../lib/call/items.ts';

export type News = { what: 'hand' | 'screen'; name: string } | { what: 'poll' | 'question'; text: string };

/** Hands and questions are for who leads; a poll is for who votes; a screen is for all but its owner. */
export function news(before: State, after: State, you: string, host: boolean): News[] {
  const list: News[] = [];
  if (before.people !== after.people) {
    for (const [key, person] of after.people) {
      const was = before.people.get(key);
      if (key === you || !was) continue;
      if (host && person.hand && !was.hand) list.push({ what: 'hand', name: person.name });
      if (person.screen && !was.screen) list.push({ what: 'screen', name: person.name });
    }
  }
  if (!host && before.polls !== after.polls) {
    for (const [key, poll] of after.polls) if (poll.state === 'open' && before.polls.get(key)?.state !== 'open') list.push({ what: 'poll', text: poll.question });
  }
  if (host && before.questions !== after.questions) {
    for (const [key, question] of after.questions) if (!before.questions.has(key)) list.push({ what: 'question', text: question.text });
  }
  return list;
}
