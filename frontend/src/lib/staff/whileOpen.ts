/**
 * Looks again every so often at something that is done apart from the page, until it is told to stop. A look that
 * fails ends nothing: the network comes back, and the work goes on meanwhile.
 */
export function whileOpen(wait: number, look: () => Promise<unknown>): () => void {
  let stopped = false;
  let timer: ReturnType<typeof setTimeout>;
  const plan = () => {
    timer = setTimeout(() => {
      look()
        .catch(() => undefined)
        .finally(() => {
          if (!stopped) plan();
        });
    }, wait);
  };
  plan();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
