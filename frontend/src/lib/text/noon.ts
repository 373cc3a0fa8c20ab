/** A day without a time, at an hour that no zone moves to another day; read as a moment it would be the day before in the west. */
export function noon(day: string): Date {
  const [y = 1970, m = 1, d = 1] = day.slice(0, 10).split('-').map(Number);
  return new Date(y, m - 1, d, 12);
}
