/** The doors in the bar for a person: those whose page exists and that the server lets them open. */
import { doors } from './lib/links.ts';
import type { AreaName, Me } from './lib/boot.ts';
import type { PlainKey } from './lib/text/text.svelte.ts';

export interface Door {
  href: string;
  label: PlainKey;
}

const labels: Record<keyof typeof doors, PlainKey> = {
  learn: 'nav.learn',
  catalog: 'nav.catalog',
  webinars: 'nav.webinars',
  teach: 'nav.teach',
  coordinate: 'nav.coordinate',
  author: 'nav.author',
  admin: 'nav.admin',
};

export function doorsFor(me: Me | null, webinars: boolean): Door[] {
  if (!me) return [];
  const open: (keyof typeof doors)[] = webinars || me.can.includes('plan') ? ['learn', 'catalog', 'webinars'] : ['learn', 'catalog'];
  for (const area of ['teach', 'coordinate', 'author', 'admin'] as const satisfies readonly AreaName[]) {
    if (me.can.includes(area)) open.push(area);
  }
  return open.map((door) => ({ href: doors[door], label: labels[door] }));
}
