/** Reading what a page needs. */
import { Problem } from '../api/problem.ts';

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

/** What one may not open, or what is not there, is replaced; any other failure stays one. */
export async function allowed<T>(read: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await read;
  } catch (cause) {
    if (cause instanceof Problem && (cause.status === 403 || cause.status === 404)) return otherwise;
    throw cause;
  }
}
