/** Whether somebody else than the person speaks: authors name that one in brackets before the words. */
export const byAnother = (says: string) => says.startsWith('(');
