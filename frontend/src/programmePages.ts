/** What trainees see of programmes, with the routes: apart, so that neither a page of study nor these name the files of others. */
import type { PageModule } from './lib/router.svelte.ts';

export { default as routes } from './routes.json?programmes';
export const pages = import.meta.glob<PageModule>('./routes/learn/{programme,programmes,followup}.svelte');
