/** Slips of one-time codes on paper: ten on a page of A4, two beside each other. */

export const perPage = 10;

/** The slips page by page, in their order. */
export function pagesOf<T>(slips: readonly T[]): T[][] {
  const pages: T[][] = [];
  for (let i = 0; i < slips.length; i += perPage) pages.push(slips.slice(i, i + perPage));
  return pages;
}

/** A code in groups of four, so that nobody loses their place while typing; groups that it has already stay. */
export function grouped(code: string): string {
  if (/[\s-]/.test(code.trim())) return code.trim();
  return code.trim().replace(/(.{4})(?=.)/g, '$1 ');
}
