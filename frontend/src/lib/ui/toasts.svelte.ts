/** Short news that need no answer. An error is not a toast: it stays where it happened. */

export interface Toast {
  id: number;
  text: string;
}

let list = $state.raw<readonly Toast[]>([]);
let count = 0;
const stay = 6_000;

export function toasts(): readonly Toast[] {
  return list;
}

export function toast(text: string): void {
  const id = ++count;
  list = [...list, { id, text }].slice(-3);
  setTimeout(() => dismiss(id), stay);
}

export function dismiss(id: number): void {
  list = list.filter((each) => each.id !== id);
}
