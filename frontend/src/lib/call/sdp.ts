/** What browsers leave out of their offers, and what a weak line asks of an answer, put into the text (RFC 8866). */

/** How sound is sent: in packets of so many milliseconds, and whether each carries the one before along. */
export interface Sound {
  ptime: number;
  twice: boolean;
}

const sections = (sdp: string): string[] => sdp.split(/^(?=m=)/m);
const codec = (section: string, name: string): string | undefined => new RegExp(`^a=rtpmap:(\\d+) ${name}/48000`, 'mi').exec(section)?.[1];

/** Asks for lost packets of sound again (RFC 4585, 6.2.1): browsers can, and do not say so. */
export function withRepeats(offer: string): string {
  return sections(offer)
    .map((section) => {
      const opus = section.startsWith('m=audio') ? codec(section, 'opus') : undefined;
      if (!opus || section.includes(`a=rtcp-fb:${opus} nack`)) return section;
      return section.replace(new RegExp(`^(a=rtpmap:${opus} .*)$`, 'm'), `$1\r\na=rtcp-fb:${opus} nack`).replace(/\r\r\n/g, '\r\n');
    })
    .join('');
}

/** Shapes the sound that an answer lets a browser send. */
export function withSound(answer: string, { ptime, twice }: Sound): string {
  return sections(answer)
    .map((section) => {
      if (!section.startsWith('m=audio')) return section;
      let text = section;
      const red = codec(section, 'red');
      if (red) text = text.replace(/^(m=audio \S+ \S+)( .*?)(\r?)$/m, (_, head: string, list: string, end: string) => head + order(list, red, twice) + end);
      if (ptime !== 20) text += `a=ptime:${ptime}\r\n`;
      return text;
    })
    .join('');
}

/** Payload types with one of them first, or last. */
function order(list: string, one: string, first: boolean): string {
  const others = list.trim().split(' ').filter((type) => type !== one);
  return ` ${(first ? [one, ...others] : [...others, one]).join(' ')}`;
}
