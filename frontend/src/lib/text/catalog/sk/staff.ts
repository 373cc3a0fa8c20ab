import type { Translated } from '../../message.ts';
import type en from '../en/staff.ts';

export default {
  // Tables of the staff.
  'table.rows': { one: '{n} riadok', few: '{n} riadky', many: '{n} riadka', other: '{n} riadkov' },
  'table.empty': 'Zatiaľ nie je čo zobraziť.',
} satisfies Translated<typeof en>;
