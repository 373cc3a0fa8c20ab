/** The pages of webinars with their routes. */
import type { PageModule } from './lib/router.svelte.ts';

export { default as routes } from './routes.json?live';
export const pages = import.meta.glob<PageModule>('./routes/live/**/*.svelte');
