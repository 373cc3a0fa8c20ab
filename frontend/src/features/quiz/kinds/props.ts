import type { Content, Prompt } from '../../../lib/attempt/types.ts';

/** What every kind of question is given. */
export interface KindProps {
  prompt: Prompt;
  content: Content | null;
  /** Nothing can be changed any more. */
  locked: boolean;
  /** The id of the question's text. */
  labelledby: string;
  /** An answer by a tap. */
  onanswer: (content: Content) => void;
  /** An answer that is being typed. */
  ontype: (content: Content) => void;
  /** The field was left: what was typed is sent. */
  onrest: () => void;
}
