/** Waiting for a condition, never for a time. */

/** Asks until the answer is neither undefined, false nor an error. The limit only ends a test that hangs. */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false> | T | undefined | false, limit = 60_000): Promise<T> {
  const end = Date.now() + limit;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      last = undefined;
    } catch (failure) {
      last = failure;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain for ${what}${last instanceof Error ? `: ${last.message}` : ''}`);
}
