/** The plain words of safe inline HTML, for places that take text only: lists to choose from, names read out. */
export function plain(html: string): string {
  return new DOMParser().parseFromString(html, 'text/html').body.textContent ?? '';
}
