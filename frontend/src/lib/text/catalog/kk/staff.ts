import type { Translated } from '../../message.ts';
import type en from '../en/staff.ts';

export default {
  // Tables of the staff.
  'table.rows': { one: '{n} жол', other: '{n} жол' },
  'table.empty': 'Әзірге көрсететін ештеңе жоқ.',
} satisfies Translated<typeof en>;
