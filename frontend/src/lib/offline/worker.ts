/** Starts the service worker once the page is at rest, and hands it what the first page was made of. */

/** Must be called with the HTML as the server sent it, taken before anything is drawn into it. */
export function startWorker(html: string): void {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!workers || !import.meta.env.PROD) return;
  const path = location.pathname;
  const first = workers.controller === null;
  whenIdle(async () => {
    try {
      await workers.register('/sw.js');
      if (!first) return;
      const files = performance.getEntriesByType('resource').map((entry) => entry.name);
      (await workers.ready).active?.postMessage({ type: 'first', html, path, files });
    } catch {
      // Private windows refuse workers. Everything works without one, except opening a page offline.
    }
  });
}

/** Drops what is kept of a person: at sign-out, and when another person signs in. */
export async function purgeKept(): Promise<void> {
  if ('caches' in globalThis) await caches.delete('personal-1');
}

function whenIdle(work: () => Promise<void>): void {
  const start = () => setTimeout(() => void work(), 1_500);
  if (document.readyState === 'complete') start();
  else addEventListener('load', start, { once: true });
}
