import type { Translated } from '../../message.ts';
import type en from '../en/staff.ts';

export default {
  // Tables of the staff.
  'table.rows': { one: '{n} строка', few: '{n} строки', many: '{n} строк', other: '{n} строки' },
  'table.empty': 'Пока показывать нечего.',
} satisfies Translated<typeof en>;
