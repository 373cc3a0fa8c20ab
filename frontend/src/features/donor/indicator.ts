/** An indicator between its form and its definition: what the chosen act does not take is left out, whatever was ticked before. */
import type { Counted, Definition } from './types.ts';

export interface Fields {
  key: string;
  names: Record<string, string>;
  act: string;
  period: string;
  components: string;
  share: string;
  what: string;
  of: string;
  target: string;
  until: string;
  units: readonly string[];
  /** Breakdowns, each a dimension or two with a space between. */
  by: readonly string[];
}

/** What can happen to one person more than once, in parts of the programme. */
export const manyTimes = ['attended', 'webinar', 'day', 'course'];

/** Whether attendances can be counted beside persons; a share is of persons. */
export const often = (fields: Pick<Fields, 'act' | 'of'>): boolean => manyTimes.includes(fields.act) && !fields.of;

/** Totals come as numbers, and nobody knows more of them than this. */
const ofTotals = ['sex', 'age', 'country'];

/** Whether something can be broken down so. */
export const breaks = (act: string, dim: string): boolean => act !== 'total' || dim.split(' ').every((each) => ofTotals.includes(each));

/** The definition that the form describes. */
export function definitionOf(fields: Fields): Definition {
  const total = fields.act === 'total';
  const count: Counted = { act: fields.act, period: fields.period };
  const components = fields.components.split(/[\s,]+/).filter(Boolean);
  if (components.length > 0 && manyTimes.includes(fields.act)) count.components = components;
  if (fields.act === 'webinar' && Number(fields.share) > 0) count.share = Number(fields.share);
  if (total) count.what = fields.what.trim();
  const target = Number(fields.target.replace(',', '.'));
  return {
    key: fields.key.trim(),
    name: Object.fromEntries(Object.entries(fields.names).filter(([, name]) => name.trim())),
    count,
    ...(fields.of && !total ? { of: { act: fields.of, period: 'to-date' } } : {}),
    units: (often(fields) ? fields.units : ['persons']) as Definition['units'],
    by: fields.by.filter((dim) => breaks(fields.act, dim)).map((dim) => dim.split(' ')),
    ...(target > 0 ? { target: { value: target, ...(fields.until && { by: fields.until }) } } : {}),
  };
}
