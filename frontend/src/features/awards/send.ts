/** Sending a file. */
import { readProblem } from '../../lib/api/problem.ts';

/** Sends a file as it is; the answer's JSON, or nothing where there is none. */
export async function sendFile<T>(path: string, file: File): Promise<T> {
  const response = await fetch(path, { method: 'POST', credentials: 'same-origin', headers: { 'content-type': 'application/octet-stream' }, body: file });
  if (!response.ok) throw await readProblem(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}
