/** A line between browser and server that counts what it carries: everything, whoever asked for it. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { shared } from './server.ts';

export class Wire {
  /** Bytes from the server, heads included. */
  down = 0;
  /** Bytes to the server. */
  up = 0;
  /** Who asked for what: no request of ours is sent before the answer to the one before it has come. */
  asked: { what: string; bytes: number }[] = [];
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  private constructor(to: URL) {
    this.#server = createServer((near) => {
      const far = connect(Number(to.port), to.hostname);
      let last: { what: string; bytes: number } | undefined;
      near.on('data', (bytes: Buffer) => {
        const what = /^([A-Z]+ \S+) HTTP\/1\.1\r\n/.exec(bytes.subarray(0, 2000).toString('latin1'))?.[1];
        if (what) this.asked.push((last = { what, bytes: 0 }));
      });
      far.on('data', (bytes: Buffer) => {
        if (last) last.bytes += bytes.length;
      });
      for (const [from, into, count] of [
        [near, far, (n: number) => (this.up += n)],
        [far, near, (n: number) => (this.down += n)],
      ] as const) {
        this.#open.add(from);
        from.on('data', (bytes: Buffer) => (count(bytes.length), into.write(bytes)));
        from.on('end', () => into.end());
        from.on('error', () => into.destroy());
        from.on('close', () => (this.#open.delete(from), into.destroy()));
      }
    });
  }

  static async open(to = shared().url): Promise<Wire> {
    const wire = new Wire(new URL(to));
    await new Promise<void>((resolve) => wire.#server.listen(0, '127.0.0.1', resolve));
    return wire;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What came down since the last time. */
  take(): number {
    const bytes = this.down;
    this.down = 0;
    this.up = 0;
    if (process.env['WIRE']) for (const { what, bytes: n } of this.asked) console.log(`      ${String(n).padStart(7)} ${what}`);
    this.asked = [];
    return bytes;
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
