/** The plain words of safe inline HTML, for places that take text only: lists to choose from, names read out. */
export function plain(html: string): string {
  const held = document.createElement('template'); // nothing in it runs or is loaded
  held.innerHTML = html;
  return held.content.textContent ?? '';
}
