/** Reads the words of a WebVTT file (W3C, WebVTT: The Web Video Text Tracks Format) as a transcript. */

/** The cues' texts in order, without times, names and marks; lines that repeat what stands before are left out. */
export function wordsOf(vtt: string): string[] {
  const lines: string[] = [];
  for (const block of vtt.replace(/\r\n?/g, '\n').replace(/^\uFEFF/, '').split(/\n{2,}/)) {
    const rows = block.split('\n');
    const time = rows.findIndex((row) => row.includes('-->'));
    if (time < 0) continue; // the head, a note, a style
    const text = rows
      .slice(time + 1)
      .join(' ')
      .replace(/<v(?:\.[^ >]*)? ([^>]+)>/g, '$1: ')
      .replace(/<[^>]*>/g, '')
      .replace(/&amp;/g, '&')
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&nbsp;/g, ' ')
      .trim();
    if (text && text !== lines.at(-1)) lines.push(text);
  }
  return lines;
}
