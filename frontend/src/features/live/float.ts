/**
 * A small window over other windows: what is large on the stage goes along while one takes notes elsewhere. Where the
 * browser gives a window of its own (documentPictureInPicture) it shows slides and names too; else the picture alone.
 */

interface Floating {
  requestWindow(options: { width: number; height: number }): Promise<Window>;
  readonly window: Window | null;
}
const own = (): Floating | undefined => (globalThis as { documentPictureInPicture?: Floating }).documentPictureInPicture;

export const mayFloat = (): boolean => typeof document !== 'undefined' && (own() !== undefined || document.pictureInPictureEnabled);

/** What the window shows. */
export interface Shown {
  name: string;
  stream?: MediaStream | undefined;
  /** Address of a slide. */
  picture?: string | undefined;
}

export class Float {
  #window: Window | undefined;
  #video: HTMLVideoElement | undefined;
  #image: HTMLImageElement | undefined;
  #name: HTMLElement | undefined;

  /** Opens the window, or closes it when it is open. The video is what floats where there is no window of its own. */
  async toggle(now: Shown, video: HTMLVideoElement | null | undefined): Promise<void> {
    const floating = own();
    if (!floating) {
      if (document.pictureInPictureElement) await document.exitPictureInPicture();
      else await video?.requestPictureInPicture();
      return;
    }
    if (this.#window) return this.close();
    const opened = (this.#window = await floating.requestWindow({ width: 480, height: 310 }));
    opened.addEventListener('pagehide', () => (this.#window = undefined), { once: true });
    this.#build(opened.document);
    this.show(now);
  }

  /** Styles are set one by one: the policy of this site lets no text become a style. */
  #build(doc: Document): void {
    doc.documentElement.lang = document.documentElement.lang;
    const put = <K extends 'video' | 'img' | 'p'>(kind: K, style: Partial<CSSStyleDeclaration>) => {
      const element = doc.createElement(kind);
      Object.assign(element.style, style);
      doc.body.append(element);
      return element;
    };
    Object.assign(doc.body.style, { margin: '0', display: 'flex', flexDirection: 'column', height: '100vh', background: '#0d1315', color: '#e9edeb', font: '15px/1.4 system-ui, sans-serif' });
    const fill = { flex: '1', minHeight: '0', width: '100%', objectFit: 'contain' };
    this.#video = put('video', fill);
    this.#video.muted = true; // sound comes from the room itself
    this.#image = put('img', fill);
    this.#name = put('p', { margin: '0', padding: '4px 10px' });
  }

  show({ name, stream, picture }: Shown): void {
    if (!this.#window || !this.#video || !this.#image || !this.#name) return;
    this.#name.textContent = name;
    this.#window.document.title = name;
    this.#video.style.display = stream ? 'block' : 'none';
    this.#image.style.display = picture ? 'block' : 'none';
    if (picture) this.#image.src = picture;
    this.#image.alt = picture ? name : '';
    if (this.#video.srcObject !== (stream ?? null)) this.#video.srcObject = stream ?? null;
    if (stream) void this.#video.play().catch(() => undefined);
  }

  close(): void {
    this.#window?.close();
    this.#window = undefined;
  }
}
