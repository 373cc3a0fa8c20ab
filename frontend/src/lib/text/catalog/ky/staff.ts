import type { Translated } from '../../message.ts';
import type en from '../en/staff.ts';

export default {
  // Tables of the staff.
  'table.rows': { one: '{n} сап', other: '{n} сап' },
  'table.empty': 'Азырынча көрсөтө турган эч нерсе жок.',
} satisfies Translated<typeof en>;
