/**
 * Does one thing after the other, as fast as somebody presses; when nothing waits any more and something succeeded,
 * `rest` is called once. Two requests at once could arrive the wrong way round, and a busy form would drop the second.
 */
export function inOrder(rest: () => Promise<unknown>): (work: () => Promise<boolean>) => Promise<void> {
  let last = Promise.resolve();
  let waiting = 0;
  let some = false;
  return (work) => {
    waiting++;
    return (last = last.then(async () => {
      some = (await work()) || some;
      if (--waiting > 0 || !some) return;
      some = false;
      await rest();
    }));
  };
}
