/** English: what teaching, coordination, authoring and administration add. Its keys and parameters are the type of every other catalogue. */
import type { Catalog } from '../../message.ts';

export default {
  // Tables of the staff.
  'table.rows': { one: '{n} row', other: '{n} rows' },
  'table.empty': 'Nothing to show yet.',
} as const satisfies Catalog;
