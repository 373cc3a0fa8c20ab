/** Failures of a request: what the server said (RFC 9457), or that it said nothing. */

export interface FieldProblem {
  field: string;
  code: string;
  detail?: string;
}

interface ProblemDocument {
  status?: number;
  code?: string;
  field?: string;
  detail?: string;
  problems?: FieldProblem[];
  request_id?: string;
}

/** The server answered and refused. `code` is stable and has words in the catalogue. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: string;
  readonly field: string;
  readonly problems: FieldProblem[];
  readonly requestId: string;
  /** Seconds to wait before another try; 0 when the server did not say. */
  readonly retryAfter: number;

  constructor(status: number, document: ProblemDocument, retryAfter = 0) {
    super(document.detail ?? document.code ?? `status ${status}`);
    this.status = status;
    this.code = document.code ?? '';
    this.field = document.field ?? '';
    this.problems = document.problems ?? [];
    this.requestId = document.request_id ?? '';
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may succeed later: the server was busy or failed, not refused. */
  get passing(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

/** Nothing came back: no network, the server is down, or it took too long. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

export async function readProblem(response: Response): Promise<Problem> {
  const wait = Number(response.headers.get('retry-after')) || 0;
  try {
    return new Problem(response.status, (await response.json()) as ProblemDocument, wait);
  } catch {
    return new Problem(response.status, {}, wait); // a proxy's page, not our server's document
  }
}
