/** Columns of a table, and sorting its rows. */
import type { Snippet } from 'svelte';

export interface Column<Row> {
  id: string;
  label: string;
  /** What stands in the cell, and in the order when no `sort` is given. */
  text: (row: Row) => string | number;
  /** What the column is sorted by; a column without `text` order may leave it out. */
  sort?: (a: Row, b: Row) => number;
  href?: (row: Row) => string | undefined;
  numeric?: boolean;
  /** Draws the cell in place of its text: a mark, a control. */
  cell?: Snippet<[Row]>;
  /** Left out of the small sheet that a row becomes on a phone. */
  aside?: boolean;
  /** On a phone the cell stands without its label: a button says itself what it does. */
  bare?: boolean;
  /** Whole sentences: on a phone they stand beneath their label, from the left. */
  long?: boolean;
  /** A column that gives no order; its head is no button. */
  fixed?: boolean;
}

export interface Sorting {
  id: string;
  down: boolean;
}

/** Rows in order, without touching what was given; equal rows keep their place. */
export function sortRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], by: Sorting | undefined, words: (a: string, b: string) => number): readonly Row[] {
  const column = columns.find((each) => each.id === by?.id);
  if (!by || !column) return rows;
  const compare = column.sort ?? ((a, b) => compareValues(column.text(a), column.text(b), words));
  const sign = by.down ? -1 : 1;
  return [...rows].sort((a, b) => sign * compare(a, b));
}

function compareValues(a: string | number, b: string | number, words: (a: string, b: string) => number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : words(String(a), String(b));
}

/** The next sorting after a press on a column's head: up, then down. */
export function press(by: Sorting | undefined, id: string): Sorting {
  return by?.id === id ? { id, down: !by.down } : { id, down: false };
}
