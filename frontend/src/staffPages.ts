/** The pages of the staff, of webinars and of programmes. Their files' names alone would cost a trainee a kilobyte, so they come with the first. */
import far from './routes.json?far';
import type { PageModule } from './lib/router.svelte.ts';

export const staffRoutes = far;

export const staffPages = import.meta.glob<PageModule>(['./routes/{admin,author,desk,live,teach}/**/*.svelte', './routes/learn/{programme,programmes,followup}.svelte']);
