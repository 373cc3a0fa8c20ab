/** A bad line between a browser and the server: the relay of `mostik-bench line`, and pages that go by it alone. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { BrowserContext } from 'playwright-core';
import { logFile, root, type Address } from './server.ts';

/** How a direction behaves: share lost, milliseconds, bits a second with headers, milliseconds that wait at most. */
export interface Weather {
  loss?: number;
  delay?: number;
  rate?: number;
  queue?: number;
}

const inNanoseconds = ({ loss = 0, delay = 0, rate = 0, queue = 400 }: Weather) => ({ loss, delay: delay * 1e6, rate, queue: queue * 1e6 });

export class BadLine {
  readonly url: string;
  readonly #media: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, media: string, pages: string) {
    this.#child = child;
    this.#media = media;
    this.url = `http://${pages}`;
  }

  static async open(server: Address): Promise<BadLine> {
    const media = /"?media port"?.*?address"?[=:]"?(127\.0\.0\.1:\d+|0\.0\.0\.0:\d+|\[::\]:\d+)/.exec(readFileSync(logFile(server), 'utf8'))?.[1];
    if (!media) throw new Error('the server does not say where its media port is');
    const to = `127.0.0.1:${media.split(':').at(-1)}`;
    const child = spawn(join(root, 'bin', 'mostik-bench'), ['line', '-media', to, '-pages', new URL(server.url).host], { stdio: ['pipe', 'pipe', 'inherit'] });
    const first = await new Promise<string>((resolve, reject) => {
      createInterface(child.stdout!).once('line', resolve);
      child.once('exit', () => reject(new Error('the line ended')));
    });
    const [own, pages] = first.split(' ');
    return new BadLine(child, own!, pages!);
  }

  set(down: Weather, up: Weather = down): void {
    this.#child.stdin!.write(`${JSON.stringify({ down: inNanoseconds(down), up: inNanoseconds(up) })}\n`);
  }

  /** Leads the sound and pictures of a context's pages by the line. */
  async lead(context: BrowserContext): Promise<void> {
    await context.addInitScript((media: string) => {
      const [address, port] = media.split(':');
      const prototype = RTCPeerConnection.prototype;
      const take = prototype.setRemoteDescription as (this: RTCPeerConnection, description: RTCSessionDescriptionInit) => Promise<void>;
      prototype.setRemoteDescription = function (this: RTCPeerConnection, description: RTCSessionDescriptionInit) {
        const sdp = (description.sdp ?? '').replace(/^a=candidate:.*\r\n/gm, (line) => {
          const parts = line.split(' ');
          if (parts[2]?.toLowerCase() !== 'udp') return '';
          [parts[4], parts[5]] = [address!, port!];
          return parts.join(' ');
        });
        return take.call(this, { ...description, sdp });
      };
      // The server waits to be spoken to, as behind a router.
      const own = Object.getOwnPropertyDescriptor(prototype, 'localDescription')!.get!;
      Object.defineProperty(prototype, 'localDescription', {
        get(this: RTCPeerConnection) {
          const description = own.call(this) as RTCSessionDescription | null;
          return description && { type: description.type, sdp: description.sdp.replace(/^a=candidate:.*\r\n/gm, '') };
        },
      });
    }, this.#media);
  }

  close(): void {
    this.#child.stdin!.end();
  }
}
