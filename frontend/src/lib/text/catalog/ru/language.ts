/** A language: the words of study, and the way to its other parts, which no other language's page names. */
import type { Catalog } from '../../message.ts';
import study from './study.ts';

export default study;
export const parts = import.meta.glob<{ default: Catalog }>(['./*.ts', '!./{study,language,far,acts,awards,calendar,checkin,coordination,donor,handing,holder,hooks,intake,live,programme,report,scheme,staff,supervisor}.ts']);
/** The way to what a trainee seldom needs. */
export const far = () => import('./far.ts');
