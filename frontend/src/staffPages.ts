/** The pages of the staff with their routes. Their files' names alone would cost a trainee a kilobyte, so they come with the first. */
import type { PageModule } from './lib/router.svelte.ts';

export { default as routes } from './routes.json?staff';
export const pages = import.meta.glob<PageModule>('./routes/{admin,author,desk,teach}/**/*.svelte');
