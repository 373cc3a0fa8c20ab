/**
 * Holds our types against the document of the API: what the server declares must fit what the pages read.
 * Nothing runs here; `npm run check` fails when they part. Where the document says "a string", we may know which.
 */
import type { components } from './schema.d.ts';
import type * as Ours from './staff.ts';

type Theirs = components['schemas'];
type Widen<T> = T extends string
  ? string
  : T extends readonly (infer Item)[]
    ? Widen<Item>[]
    : T extends object
      ? { [K in keyof T]: Widen<T[K]> }
      : T;
type Fits<Ours, Server extends Widen<Ours>> = Server;

export type Agreement = [
  Fits<Ours.CohortReport, Theirs['CohortReport']>,
  Fits<Ours.CohortRow, Theirs['CohortRow']>,
  Fits<Ours.MarkItem, Theirs['MarkItem']>,
  Fits<Ours.Statistics, Theirs['Statistics']>,
  Fits<Ours.Overview, Theirs['Overview']>,
  Fits<Ours.AuthorRow, Theirs['AuthorRow']>,
  Fits<Ours.PersonRow, Theirs['PersonRow']>,
  Fits<Ours.Centre, Theirs['Centre']>,
  Fits<Ours.Organisation, Theirs['Organisation']>,
  Fits<Ours.AdminCohort, Theirs['CohortRow']>,
  Fits<Ours.Slip, Theirs['IssuedCode']>,
  Fits<Ours.Attention, Theirs['Attention']>,
];
