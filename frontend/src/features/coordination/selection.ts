/** Who is chosen in a list of people. A choice belongs to the filter under which it was made. */

export interface Selection {
  /** The filter, in one form. */
  of: string;
  /** Everybody whom the filter finds, also those who are not shown. */
  all: boolean;
  ids: ReadonlySet<string>;
}

export const nobody = (of: string): Selection => ({ of, all: false, ids: new Set() });

/** The choice as it holds under a filter: nobody, when it was made under another. */
export const held = (selection: Selection, of: string): Selection => (selection.of === of ? selection : nobody(of));

/** Takes one in or out. Whoever is taken out of "everybody" leaves those who are shown. */
export function choose(selection: Selection, id: string, on: boolean, shown: readonly string[]): Selection {
  const ids = new Set(selection.all ? shown : selection.ids);
  if (on) ids.add(id);
  else ids.delete(id);
  return { of: selection.of, all: false, ids };
}

export const chosen = (selection: Selection, id: string): boolean => selection.all || selection.ids.has(id);

export const some = (selection: Selection): boolean => selection.all || selection.ids.size > 0;
