/** What may stand beside the stage. */
export type Panel = 'people' | 'chat' | 'questions' | 'polls' | 'slides' | 'files' | 'notes' | 'site' | 'more';
