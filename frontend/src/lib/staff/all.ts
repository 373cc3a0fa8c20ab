/**
 * Waits for all of what a page reads. When several refuse, the first of the list is thrown, not the first to
 * arrive: put what the address names first, so that what one may not see and what is not there look alike.
 */
export async function all<T extends readonly unknown[]>(reads: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const settled = await Promise.allSettled(reads);
  return settled.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  }) as unknown as T;
}
