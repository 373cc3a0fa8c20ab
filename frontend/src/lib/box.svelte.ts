/** The outbox of this page for components: its status changes what is drawn. */
import { openOutbox } from './outbox/browser.ts';
import type { Outbox, Status } from './outbox/outbox.ts';

let box: Outbox | undefined;
let version = $state(0);

export function openBox(person: string | null): void {
  box = openOutbox(person);
  box.watch(() => version++);
}

/** The box itself, to put an act in. Throws when the site was not opened: a mistake of ours. */
export function outbox(): Outbox {
  if (!box) throw new Error('outbox: not open');
  return box;
}

/** What the chip shows for a group, or for everything; drawn again when it changes. */
export function boxStatus(group?: string): Status {
  void version;
  return box?.status(group) ?? { state: 'saved', waiting: 0, refused: 0 };
}

/** How many acts of other people wait on this device. */
export function boxOfOthers(): number {
  void version;
  return box?.ofOthers() ?? 0;
}
