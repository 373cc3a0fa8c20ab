/** Two machines of our own on a wire: network namespaces, one for the server and one for a person. Needs root. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The name of the server on that wire, and its addresses: of private use, and for documentation (RFC 3849). */
export const name = 'learn.test';
const server = { four: '10.213.0.1', six: '2001:db8::1' };

export class Networks {
  readonly #here = `mostik-s${process.pid}`;
  readonly #there = `mostik-c${process.pid}`;
  readonly #folder = mkdtempSync(join(tmpdir(), 'mostik-net-'));

  /** Makes them, or says why that cannot be. */
  static make(): Networks | string {
    if (process.getuid?.() !== 0) return 'only root makes network namespaces';
    const networks = new Networks();
    try {
      networks.#lay();
      return networks;
    } catch (failure) {
      networks.remove();
      return `no network namespaces here: ${(failure as Error).message}`;
    }
  }

  #lay(): void {
    chmodSync(this.#folder, 0o755);
    writeFileSync(join(this.#folder, 'hosts'), `127.0.0.1 localhost\n${server.four} ${name}\n${server.six} ${name}\n`);
    ip('netns', 'add', this.#here);
    ip('netns', 'add', this.#there);
    ip('-n', this.#here, 'link', 'add', 'wire', 'type', 'veth', 'peer', 'name', 'wire', 'netns', this.#there);
    for (const one of [this.#here, this.#there]) {
      ip('-n', one, 'link', 'set', 'lo', 'up');
      ip('-n', one, 'link', 'set', 'wire', 'up');
    }
    ip('-n', this.#here, 'address', 'add', `${server.four}/16`, 'dev', 'wire');
    ip('-n', this.#here, 'address', 'add', `${server.six}/64`, 'dev', 'wire', 'nodad');
  }

  /** A program that runs another one at the server's or at the person's end. */
  wrapper(end: 'server' | 'person', program: string): string {
    const path = join(this.#folder, `${end}-${program.replaceAll('/', '_')}`);
    // Each run has mounts of its own, so the names are known to it alone.
    writeFileSync(path, `#!/bin/sh\nexec ip netns exec ${end === 'server' ? this.#here : this.#there} sh -c 'mount --bind ${this.#folder}/hosts /etc/hosts && exec "$0" "$@"' ${program} "$@"\n`);
    chmodSync(path, 0o755);
    return path;
  }

  /** A certificate that nobody vouches for. */
  certificate(): { cert: string; key: string } {
    const [cert, key] = [join(this.#folder, 'cert.pem'), join(this.#folder, 'key.pem')];
    const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name},IP:${server.four}`, '-keyout', key, '-out', cert]);
    if (made.status !== 0) throw new Error(made.stderr.toString());
    return { cert, key };
  }

  /** The person's machine has these addresses from now on, and no others. */
  address(...all: string[]): void {
    ip('-n', this.#there, 'address', 'flush', 'dev', 'wire', 'scope', 'global');
    for (const one of all) {
      const six = one.includes(':');
      ip('-n', this.#there, 'address', 'add', one, 'dev', 'wire', ...(six ? ['nodad'] : []));
      // A browser takes a family for reachable when the world is.
      ip('-n', this.#there, six ? '-6' : '-4', 'route', 'replace', 'default', 'via', six ? server.six : server.four);
    }
  }

  /** Lets no datagram out of the person's machine from now on. */
  noDatagrams(): void {
    for (const family of ['-4', '-6']) ip('-n', this.#there, family, 'rule', 'add', 'pref', '10', 'ipproto', 'udp', 'blackhole');
  }

  remove(): void {
    for (const one of [this.#here, this.#there]) spawnSync('ip', ['netns', 'del', one]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function ip(...args: string[]): void {
  const done = spawnSync('ip', args, { encoding: 'utf8' });
  if (done.error) throw done.error;
  if (done.status !== 0) throw new Error(`ip ${args.join(' ')}: ${done.stderr.trim()}`);
}
