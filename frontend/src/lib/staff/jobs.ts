/** What people may say that they work as; the first is for those who did not say. */
export const jobs = ['not-stated', 'social-worker', 'lawyer', 'librarian', 'police', 'civil-servant', 'educator', 'health', 'psychologist', 'interpreter', 'manager', 'volunteer', 'other'] as const;
