/** Minutes and seconds that are left, never below nothing. */
export function left(ends: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((ends - now) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
