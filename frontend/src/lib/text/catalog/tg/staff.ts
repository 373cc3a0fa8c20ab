import type { Translated } from '../../message.ts';
import type en from '../en/staff.ts';

export default {
  // Tables of the staff.
  'table.rows': { other: '{n} сатр' },
  'table.empty': 'Ҳоло чизе барои нишон додан нест.',
} satisfies Translated<typeof en>;
