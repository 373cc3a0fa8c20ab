/** Sending a document to what was handed in: its bytes are the body. */
import { readProblem } from '../../lib/api/problem.ts';

export async function attach(evidence: string, file: File): Promise<void> {
  const response = await fetch(`/api/v1/evidence/${evidence}/file?name=${encodeURIComponent(file.name)}`, {
    method: 'PUT',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/octet-stream' },
    body: file,
  });
  if (!response.ok) throw await readProblem(response);
}
