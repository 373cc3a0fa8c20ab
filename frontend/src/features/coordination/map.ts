/** Where countries lie, roughly, on a map of equal fields: columns from west, rows from north. */
export const fields: Readonly<Record<string, readonly [column: number, row: number]>> = {
  DE: [0, 1],
  CZ: [1, 1],
  PL: [1, 0],
  AT: [0, 2],
  SK: [2, 1],
  HU: [1, 2],
  BY: [2, 0],
  UA: [3, 1],
  MD: [3, 2],
  RU: [4, 0],
  TR: [3, 3],
  GE: [4, 2],
  AM: [4, 3],
  AZ: [5, 2],
  KZ: [6, 1],
  TM: [5, 3],
  UZ: [6, 2],
  KG: [7, 1],
  TJ: [7, 2],
  AF: [6, 3],
  CN: [8, 1],
};

export interface Placed {
  code: string;
  column: number;
  row: number;
}

/** Gives each country a field; those that the map does not know stand in a row of their own below. */
export function placed(codes: readonly string[]): Placed[] {
  let further = 0;
  return codes.map((code) => {
    const [column, row] = fields[code] ?? [further++, 4];
    return { code, column, row };
  });
}

/** How dark a field is, from 0 for none to 4 for the most. */
export function shade(value: number, most: number): number {
  if (value <= 0 || most <= 0) return 0;
  return Math.max(1, Math.ceil((4 * value) / most));
}
