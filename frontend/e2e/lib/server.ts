/** A Mostik of our own: the built program with its private PostgreSQL in a folder that goes away again. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './wait.ts';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
export const binary = process.env['MOSTIK_BIN'] ?? join(root, 'bin', 'mostik');

/** What other processes need to use a server. */
export interface Address {
  url: string;
  folder: string;
}

/** How a server differs from the usual one: what runs its program, further settings, and the address that they give it. */
export interface Otherwise {
  program: (binary: string) => string;
  env: Record<string, string>;
  url: string;
}

export class Server {
  readonly address: Address;
  readonly #port: number;
  readonly #otherwise: Otherwise | undefined;
  #child: ChildProcess | undefined;
  /** Everything that the program wrote, the newest last. */
  log = '';

  private constructor(port: number, otherwise?: Otherwise) {
    const folder = mkdtempSync(join(tmpdir(), 'mostik-e2e-'));
    chmodSync(folder, 0o755); // as root, PostgreSQL runs as somebody else and must get through
    this.#port = port;
    this.#otherwise = otherwise;
    this.address = { url: otherwise?.url ?? `http://127.0.0.1:${port}`, folder };
  }

  /** Starts a demonstration and waits until it is ready. */
  static async start(otherwise?: Otherwise): Promise<Server> {
    const server = new Server(await freePort(), otherwise);
    try {
      await server.run();
    } catch (failure) {
      await server.stop();
      throw failure;
    }
    return server;
  }

  get url(): string {
    return this.address.url;
  }

  /** Starts the program in the same folder and at the same port, also after a kill. */
  async run(): Promise<void> {
    const child = spawn(this.#otherwise?.program(binary) ?? binary, ['serve', '--demo'], {
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        MOSTIK_ADDR: `127.0.0.1:${this.#port}`,
        MOSTIK_DATA: join(this.address.folder, 'data'),
        MOSTIK_CONCERN_NAME: 'Independent ombudsperson',
        MOSTIK_CONCERN_EMAIL: 'concern@example.org',
        MOSTIK_CONCERN_PHONE: '+7 000 000 00 00',
        ...this.#otherwise?.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (bytes: Buffer) => {
        this.log += bytes.toString();
        appendFileSync(logFile(this.address), bytes);
      });
    }
    this.#child = child;
    await until('the server to be ready', async () => {
      if (child.exitCode !== null) throw new Error(`the server ended: ${this.lastLines(5)}`);
      // One on another network cannot be asked from here; it says when it serves.
      return this.#otherwise ? this.log.includes('Mostik') && this.log.includes(this.url) : (await fetch(`${this.url}/readyz`)).ok;
    });
  }

  /** Ends the program without a warning, as a power cut would, and waits until it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  /** The process that PostgreSQL's others descend from. */
  postgresPid(): number {
    return Number(readFileSync(join(this.address.folder, 'data', 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
  }

  lastLines(n: number): string {
    return this.log.trimEnd().split('\n').slice(-n).join('\n');
  }

  /** Stops the program and PostgreSQL in order; run starts them again. */
  async end(): Promise<void> {
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    }
  }

  /** The same, and takes the folder away. */
  async stop(): Promise<void> {
    await this.end();
    rmSync(this.address.folder, { recursive: true, force: true });
  }
}

/** Where all that the program writes is kept while it runs. */
export const logFile = ({ folder }: Address): string => join(folder, 'log');

/** The server that run.mjs started for all tests. */
export function shared(): Address {
  const address = process.env['MOSTIK_E2E'];
  if (!address) throw new Error('start the tests with `npm test` (or `node run.mjs NAME`), which starts the server');
  return JSON.parse(address) as Address;
}

/** All that the database holds, as text. */
export function dumpDatabase({ folder }: Address): string {
  const data = join(folder, 'data', 'postgres');
  const [, , , port, socket] = readFileSync(join(data, 'data', 'postmaster.pid'), 'utf8').split('\n');
  const password = readFileSync(join(data, 'password'), 'utf8').trim();
  const env = { ...process.env, PGPASSWORD: password, PGHOST: resolve(data, 'data', socket ?? ''), PGPORT: port ?? '' };
  const dump = spawnSync('pg_dumpall', ['-U', 'mostik', '--no-role-passwords'], { env, maxBuffer: 1 << 30, encoding: 'utf8' });
  if (dump.status !== 0) throw new Error(`pg_dumpall: ${dump.stderr}`);
  return dump.stdout;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
