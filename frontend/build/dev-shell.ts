import type { Connect, Plugin, ViteDevServer } from 'vite';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Where the Go server answers while Vite serves the sources. */
const backend = process.env['MOSTIK_DEV_BACKEND'] ?? 'http://127.0.0.1:8080';

/**
 * In `vite dev` the shell still comes from the Go server: this fetches it with the reader's cookies and
 * swaps the built files for the sources. `/dev/ui` alone is drawn without a server, to work on components.
 */
export function devShell(): Plugin {
  return {
    name: 'dev-shell',
    apply: 'serve',
    config: () => ({
      server: { proxy: Object.fromEntries(['/api', '/media', '/verify'].map((path) => [path, backend])) },
    }),
    configureServer(server) {
      return () => {
        server.middlewares.use((req, res, next) => {
          serve(server, req, res).catch(next);
        });
      };
    },
  };
}

async function serve(server: ViteDevServer, req: Connect.IncomingMessage, res: ServerResponse): Promise<void> {
  const url = req.originalUrl ?? '/';
  if (url.startsWith('/dev/ui')) return send(server, url, res, galleryShell);
  const answer = await ask(req, url);
  if (!answer) {
    res.statusCode = 502;
    return void res.end(`No answer from ${backend}. Start the server with: make run`);
  }
  relay(answer, res);
  const text = await answer.text();
  if (!text.includes('id="boot"')) return void res.end(text);
  await send(server, url, res, withSources(text));
}

/** Asks the Go server as the browser would; nothing when it is not running. */
async function ask(req: IncomingMessage, url: string): Promise<Response | undefined> {
  const init = {
    method: req.method ?? 'GET',
    headers: pick(req.headers),
    redirect: 'manual',
    ...(req.method === 'POST' ? { body: await body(req) } : {}),
  } as const;
  return fetch(backend + url, init).catch(() => undefined);
}

function relay(answer: Response, res: ServerResponse): void {
  res.statusCode = answer.status;
  for (const name of ['location', 'content-type']) {
    const value = answer.headers.get(name);
    if (value) res.setHeader(name, value);
  }
  res.setHeader('set-cookie', answer.headers.getSetCookie());
}

async function send(server: ViteDevServer, url: string, res: ServerResponse, html: string): Promise<void> {
  res.setHeader('content-type', 'text/html; charset=utf-8');
  res.end(await server.transformIndexHtml(url, html));
}

/** Takes the built files out of a shell and puts the source entry in. */
function withSources(html: string): string {
  return html
    .replace(/<link rel="?(stylesheet|modulepreload)"?[^>]*>/g, '')
    .replace(/<script type="?module"?[^>]*><\/script>/g, '')
    .replace('</body>', '<script type="module" src="/src/main.ts"></script></body>');
}

function pick(headers: IncomingMessage['headers']): Record<string, string> {
  const out: Record<string, string> = {};
  for (const name of ['cookie', 'accept', 'accept-language', 'content-type', 'origin']) {
    const value = headers[name];
    if (typeof value === 'string') out[name] = value;
  }
  return out;
}

async function body(req: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of req) text += String(part);
  return text;
}

const galleryShell = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Components</title></head>
<body><div id="app"></div><script type="application/json" id="boot">
{"me":null,"lang":"en","preload":{},"config":{"name":"Mostik","concern":[]}}</script>
<script type="module" src="/src/main.ts"></script></body></html>`;
