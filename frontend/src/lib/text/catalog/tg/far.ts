/** The way to the words of the staff's larger parts, apart so that a page of study does not name their files. */
import type { Catalog } from '../../message.ts';

export const parts = import.meta.glob<{ default: Catalog }>('./{acts,awards,calendar,checkin,coordination,donor,handing,holder,hooks,intake,live,programme,report,scheme,staff,supervisor}.ts');
