/** Two machines of our own on a wire: network namespaces, one for the server and one for a person. Needs root. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The name of the server on that wire. */
export const name = 'learn.test';
const [server, person] = ['10.213.0.1', '10.213.1.2'];
/** Where the person's machine is after it has moved. */
export const moved = '10.213.1.3';

export type End = 'server' | 'person';

export class Networks {
  readonly #folder = mkdtempSync(join(tmpdir(), 'mostik-net-'));
  /** What holds each end's namespaces: a process that ends with this one, however that ends, and takes them along. */
  readonly #holders = new Map<End, ChildProcess>();

  /** Makes them, or says why that cannot be. */
  static async make(): Promise<Networks | string> {
    if (process.getuid?.() !== 0) return 'only root makes network namespaces';
    const networks = new Networks();
    try {
      await networks.#lay();
      return networks;
    } catch (failure) {
      networks.remove();
      return `no network namespaces here: ${(failure as Error).message}`;
    }
  }

  async #lay(): Promise<void> {
    chmodSync(this.#folder, 0o755);
    writeFileSync(join(this.#folder, 'hosts'), `127.0.0.1 localhost\n${server} ${name}\n`);
    await Promise.all([this.#hold('server'), this.#hold('person')]);
    this.#ip('server', 'link', 'add', 'wire', 'type', 'veth', 'peer', 'name', 'wire', 'netns', this.#pid('person'));
    for (const [end, address] of [
      ['server', server],
      ['person', person],
    ] as const) {
      for (const link of ['lo', 'wire']) this.#ip(end, 'link', 'set', link, 'up');
      this.#ip(end, 'address', 'add', `${address}/16`, 'dev', 'wire');
    }
    // A browser takes a family for reachable when the world is.
    this.#ip('person', 'route', 'add', 'default', 'via', server);
    // No datagram leaves the person's machine.
    this.#ip('person', 'rule', 'add', 'pref', '10', 'ipproto', 'udp', 'blackhole');
  }

  async #hold(end: End): Promise<void> {
    const holder = spawn('unshare', ['--net', '--mount', '--propagation', 'private', 'sh', '-c', 'mount --bind "$0" /etc/hosts && echo held && exec cat', join(this.#folder, 'hosts')]);
    this.#holders.set(end, holder);
    let said = '';
    holder.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
    holder.stdin.on('error', () => undefined); // it may be gone already
    const held = await Promise.race([once(holder.stdout, 'data').then(() => true), once(holder, 'close').then(() => false)]);
    if (!held) throw new Error(said.trim());
  }

  #pid(end: End): string {
    return String(this.#holders.get(end)?.pid);
  }

  #enter(end: End): string[] {
    return [`--target=${this.#pid(end)}`, '--net', '--mount', '--'];
  }

  #ip(end: End, ...args: string[]): void {
    run('nsenter', ...this.#enter(end), 'ip', ...args);
  }

  /** Lets datagrams out of the person's machine from now on. */
  letOut(): void {
    this.#ip('person', 'rule', 'del', 'pref', '10');
  }

  /** Gives the person's machine another address, as another network does: the one before is gone at once. */
  move(): void {
    this.#ip('person', 'address', 'del', `${person}/16`, 'dev', 'wire');
    this.#ip('person', 'address', 'add', `${moved}/16`, 'dev', 'wire');
    this.#ip('person', 'route', 'replace', 'default', 'via', server);
  }

  /** A program that runs another one at one of the ends. */
  wrapper(end: End, program: string): string {
    const path = join(this.#folder, `${end}-${program.replaceAll('/', '_')}`);
    writeFileSync(path, `#!/bin/sh\nexec nsenter ${this.#enter(end).join(' ')} '${program}' "$@"\n`);
    chmodSync(path, 0o755);
    return path;
  }

  /** A certificate that nobody vouches for. */
  certificate(): { cert: string; key: string } {
    const [cert, key] = [join(this.#folder, 'cert.pem'), join(this.#folder, 'key.pem')];
    run('openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name},IP:${server}`, '-keyout', key, '-out', cert);
    return { cert, key };
  }

  /** Lets go of them: they vanish with the last program that runs there. */
  remove(): void {
    for (const holder of this.#holders.values()) holder.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function run(program: string, ...args: string[]): void {
  const done = spawnSync(program, args, { encoding: 'utf8' });
  if (done.error) throw done.error;
  if (done.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${done.stderr.trim()}`);
}
