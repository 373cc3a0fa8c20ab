/** Sending a document: its bytes are the body. */
import { sendFile } from '../../lib/api/file.ts';
import { Problem } from '../../lib/api/problem.ts';
import { explain, type Sentences } from '../../lib/failure.ts';
import { tMaybe } from '../../lib/text/text.svelte.ts';

const name = (file: File) => `?name=${encodeURIComponent(file.name)}`;

/** To what was handed in. */
export const attach = (evidence: string, file: File): Promise<void> => sendFile('PUT', `/api/v1/evidence/${evidence}/file${name(file)}`, file);

/** The scan of a day's signed sheet. */
export const addScan = (day: string, file: File): Promise<void> => sendFile('POST', `/api/v1/days/${day}/scans${name(file)}`, file);

/** A failure in sentences, where a file that is not taken says why. */
export function explainFile(failure: unknown): Sentences {
  const said = explain(failure);
  return failure instanceof Problem ? { ...said, what: tMaybe(`handing.no.${failure.code}`, said.what) } : said;
}
