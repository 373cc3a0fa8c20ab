/** Sending a document: its bytes are the body. */
import { Problem, readProblem } from '../../lib/api/problem.ts';
import { explain, type Sentences } from '../../lib/failure.ts';
import { tMaybe } from '../../lib/text/text.svelte.ts';

async function send(method: 'PUT' | 'POST', path: string, file: File): Promise<void> {
  const response = await fetch(`${path}?name=${encodeURIComponent(file.name)}`, {
    method,
    credentials: 'same-origin',
    headers: { 'content-type': 'application/octet-stream' },
    body: file,
  });
  if (!response.ok) throw await readProblem(response);
}

/** To what was handed in. */
export const attach = (evidence: string, file: File): Promise<void> => send('PUT', `/api/v1/evidence/${evidence}/file`, file);

/** The scan of a day's signed sheet. */
export const addScan = (day: string, file: File): Promise<void> => send('POST', `/api/v1/days/${day}/scans`, file);

/** A failure in sentences, where a file that is not taken says why. */
export function explainFile(failure: unknown): Sentences {
  const said = explain(failure);
  return failure instanceof Problem ? { ...said, what: tMaybe(`handing.no.${failure.code}`, said.what) } : said;
}
