/** Which requests the service worker touches. Pure, so that the rule is tested without a browser. */

/** `asset`: kept copy first. `page` and `data`: network first, kept copy when it is silent. */
export type Strategy = 'asset' | 'page' | 'data' | 'network';

type Asked = Pick<Request, 'method' | 'url' | 'mode'> & { headers: Pick<Headers, 'get'> };

/** The header by which a page of study asks to have an answer kept; see lib/api/request.ts. */
export const keepHeader = 'mostik-keep';

export function strategyFor(request: Asked, origin: string, study: readonly RegExp[]): Strategy {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== origin) return 'network';
  if (url.pathname.startsWith('/assets/')) return 'asset';
  if (request.mode === 'navigate') return study.some((path) => path.test(url.pathname)) ? 'page' : 'network';
  if (url.pathname.startsWith('/api/v1/auth/')) return 'network';
  return url.pathname.startsWith('/api/v1/') && request.headers.get(keepHeader) ? 'data' : 'network';
}
