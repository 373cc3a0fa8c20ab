/** Keys of the room. Pure, so that it can be tested. */

export type KeyName = 'mic' | 'cam' | 'screen' | 'hand' | 'chat' | 'grid' | 'full' | 'float' | 'next' | 'previous' | 'help';

/** In the order of the list that a person reads; the letter stands on the key of a Latin keyboard, whatever it types. */
export const keys: readonly { name: KeyName; code: string; says: string }[] = [
  { name: 'mic', code: 'KeyM', says: 'M' },
  { name: 'cam', code: 'KeyV', says: 'V' },
  { name: 'screen', code: 'KeyS', says: 'S' },
  { name: 'hand', code: 'KeyH', says: 'H' },
  { name: 'chat', code: 'KeyC', says: 'C' },
  { name: 'grid', code: 'KeyG', says: 'G' },
  { name: 'full', code: 'KeyF', says: 'F' },
  { name: 'float', code: 'KeyP', says: 'P' },
  { name: 'next', code: 'PageDown', says: 'Page Down' },
  { name: 'previous', code: 'PageUp', says: 'Page Up' },
  { name: 'help', code: 'Slash', says: '?' },
];

/** Keys that type nothing need no switch (WCAG 2.1.4 is about letters); a presenter's clicker sends them. */
const silent: readonly KeyName[] = ['next', 'previous'];

/** What a press means: nothing where one writes or chooses, with another key held, or where letters were turned off. */
export function keyOf(event: Pick<KeyboardEvent, 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'repeat' | 'target'>, letters: boolean): KeyName | undefined {
  const on = event.target as Element | null;
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || on?.closest?.('input, textarea, select, dialog, [contenteditable]')) return undefined;
  const found = keys.find((each) => each.code === event.code);
  if (!found || (found.name === 'help') !== event.shiftKey) return undefined;
  if (silent.includes(found.name)) return on?.closest?.('[role=log], .body, .beside') ? undefined : found.name; // lists scroll by them
  return letters ? found.name : undefined;
}
