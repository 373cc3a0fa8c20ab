/** Splits what somebody wrote into words and addresses. Only whole http addresses become links. */

export interface Part {
  text: string;
  href?: string;
}

const address = /\bhttps?:\/\/[^\s<>"']+/gi;

export function parts(text: string): Part[] {
  const list: Part[] = [];
  let from = 0;
  for (const found of text.matchAll(address)) {
    // The full stop or bracket behind an address belongs to the sentence.
    const whole = found[0].replace(/[.,;:!?)\]}»”]+$/, '');
    const href = safe(whole);
    if (!href) continue;
    if (found.index > from) list.push({ text: text.slice(from, found.index) });
    list.push({ text: whole, href });
    from = found.index + whole.length;
  }
  if (from < text.length) list.push({ text: text.slice(from) });
  return list;
}

function safe(text: string): string | undefined {
  try {
    const url = new URL(text);
    return (url.protocol === 'http:' || url.protocol === 'https:') && !url.username && !url.password ? url.href : undefined;
  } catch {
    return undefined;
  }
}
