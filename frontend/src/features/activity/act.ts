/** Acts of these activities; each is kept on the device first. */
import { get, request } from '../../lib/api/request.ts';
import { outbox } from '../../lib/box.svelte.ts';
import { nextRevision } from '../../lib/clock.ts';
import { activityPath, groupOf } from '../../lib/study/acts.ts';
import { uuidv7 } from '../../lib/uuid.ts';
import type { Post, Submission } from './types.ts';

const path = (enrolment: string, activity: string, rest: string) => `${activityPath(enrolment, activity)}/${rest}`;

export async function sendSurvey(enrolment: string, activity: string, answers: Record<string, unknown>): Promise<void> {
  const id = uuidv7();
  await outbox().put({ id, method: 'POST', path: path(enrolment, activity, 'survey'), body: { id, answers }, group: groupOf(enrolment) });
}

/** Hands a worksheet in; the answer is awaited, for the server may name a field to mend. */
export async function handIn(enrolment: string, activity: string, fields: Record<string, unknown>): Promise<Submission> {
  return request<Submission>('POST', path(enrolment, activity, 'submissions'), { id: uuidv7(), fields });
}

export async function seal(enrolment: string, activity: string, ciphertext: string): Promise<void> {
  const revision = nextRevision();
  await outbox().put({
    method: 'PUT',
    path: path(enrolment, activity, 'sealed'),
    body: { ciphertext, revision },
    group: `sealed:${enrolment}:${activity}`,
  });
}

export const posts = (enrolment: string, activity: string) => get<{ items: Post[] }>(path(enrolment, activity, 'posts'), { keep: true });

export async function post(enrolment: string, activity: string, text: string, parent?: string): Promise<Post> {
  return request<Post>('POST', path(enrolment, activity, 'posts'), { id: uuidv7(), text, ...(parent ? { parent } : {}) });
}

export async function withdrawPost(id: string): Promise<void> {
  await request('DELETE', `/api/v1/posts/${encodeURIComponent(id)}`);
}

/** Sends a file with its progress; XMLHttpRequest, because fetch tells nothing of what was sent so far. */
export function sendFile(enrolment: string, activity: string, file: File, onprogress: (share: number) => void): Promise<Submission> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open('POST', path(enrolment, activity, `files?id=${uuidv7()}&name=${encodeURIComponent(file.name)}`));
    xhr.setRequestHeader('content-type', 'application/octet-stream');
    xhr.upload.onprogress = (event) => onprogress(event.total > 0 ? event.loaded / event.total : 0);
    xhr.onload = () => {
      if (xhr.status < 300) resolve(JSON.parse(xhr.responseText) as Submission);
      else reject(new FileRefused(code(xhr.responseText)));
    };
    xhr.onerror = () => reject(new FileRefused('unreachable'));
    xhr.send(file);
  });
}

/** A file that did not arrive; the code has words in the catalogue. */
export class FileRefused extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

function code(text: string): string {
  try {
    return (JSON.parse(text) as { code?: string }).code ?? '';
  } catch {
    return '';
  }
}
