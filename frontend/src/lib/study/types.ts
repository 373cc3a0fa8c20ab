/** What several features of study read of the API. */

/** What a country's law or contacts say in one place of a course. */
export interface OverlayBlock {
  country: string;
  html: string;
  /** Where it is another than the page's. */
  language?: string;
  as_of?: string;
  review_by?: string;
  status: 'confirmed' | 'unconfirmed';
  open: boolean;
  /** The words are not here: they are read when the country is opened. */
  later?: boolean;
}

/** A self-check whole: it is answered and scored on the device, and nothing of it goes back. */
export interface SelfCheck {
  title: string;
  intro: string;
  source: string;
  /** The answers of each frame, in the order in which they are offered. */
  frames: Record<string, { value: number; label: string }[]>;
  items: { key: string; stem: string; frame: string; reversed: boolean }[];
  scales: { key: string; title: string; about: string; items: string[]; min_answered: number }[];
  /** Help contacts of the countries, the reader's own first. */
  contacts: OverlayBlock[];
}
