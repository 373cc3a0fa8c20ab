/** Sending a document: its bytes are the body. */
import { readProblem } from '../../lib/api/problem.ts';

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
