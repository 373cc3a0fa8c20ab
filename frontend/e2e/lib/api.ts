/** The API as a program would use it: with a bearer token. */
import { shared, type Address } from './server.ts';

export const demoPassword = 'mostik-demo';
export const course = 'trafficking';

/** An answer that is no success. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    what: string,
  ) {
    super(`${what}: ${status} ${code}`);
  }
}

export class Api {
  #token = '';
  constructor(readonly url: string) {}

  static async signIn(login: string, password = demoPassword, at: Address = shared()): Promise<Api> {
    const api = new Api(at.url);
    await api.enter('/auth/login', { login, password });
    return api;
  }

  async enter(path: string, body: unknown): Promise<void> {
    const { access_token: token } = await this.post<{ access_token: string }>(path, body);
    this.#token = token;
  }

  async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { ...(this.#token ? { authorization: `Bearer ${this.#token}` } : {}), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) {
      let code = '';
      try {
        code = (JSON.parse(text) as { code: string }).code;
      } catch {
        code = text.slice(0, 80);
      }
      throw new Refused(response.status, code, `${method} ${path}`);
    }
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** A file as text. */
  async text(path: string): Promise<string> {
    const response = await fetch(`${this.url}/api/v1${path}`, { headers: { authorization: `Bearer ${this.#token}` } });
    if (!response.ok) throw new Refused(response.status, '', `GET ${path}`);
    return response.text();
  }

  /** Brings a table of people of one country and gives the import's id. */
  async bring(name: string, text: string, country = 'KZ'): Promise<string> {
    const response = await fetch(`${this.url}/api/v1/imports?${new URLSearchParams({ name, country })}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/octet-stream' },
      body: text,
    });
    if (!response.ok) throw new Refused(response.status, '', 'POST /imports');
    return ((await response.json()) as { id: string }).id;
  }

  get = <T>(path: string) => this.request<T>('GET', path);
  post = <T>(path: string, body: unknown = {}) => this.request<T>('POST', path, body);
  put = <T>(path: string, body: unknown) => this.request<T>('PUT', path, body);
  patch = <T>(path: string, body: unknown) => this.request<T>('PATCH', path, body);
  delete = <T>(path: string) => this.request<T>('DELETE', path);
}

export interface Fresh {
  id: string;
  given: string;
  family: string;
  login: string;
  password: string;
  api: Api;
}

let count = 0;

/** Somebody new with an account of their own, made by the administrator, with a printed code. */
export async function newcomer(given: string, family: string, more: Record<string, unknown> = {}, at: Address = shared()): Promise<Fresh & { code: string }> {
  const admin = await Api.signIn('admin@demo.mostik', demoPassword, at);
  const login = `e2e${process.pid.toString(36)}${(count++).toString(36)}`;
  const person = await admin.post<{ id: string }>('/people', { given_name: given, family_name: family, login, country: 'KZ', language: 'ru', ...more });
  const { items } = await admin.post<{ items: { code: string; login: string }[] }>('/codes', { person_ids: [person.id] });
  return { id: person.id, given, family, login, password: `${login}-long-enough`, api: new Api(at.url), code: items[0]?.code ?? '' };
}

/** The same, with the code used up: ready to sign in with a password. */
export async function trainee(given = 'Асель', family = 'Қайратқызы', more: Record<string, unknown> = {}, at: Address = shared()): Promise<Fresh> {
  const person = await newcomer(given, family, more, at);
  await person.api.enter('/auth/code', { code: person.code, password: person.password });
  return person;
}

/** An administrator of one's own, who reads English: the demonstration's changes languages in other stories. */
export async function administrator(at: Address = shared()): Promise<Fresh> {
  const person = await trainee('Ada', 'Adams', { language: 'en' }, at);
  const admin = await Api.signIn('admin@demo.mostik', demoPassword, at);
  await admin.post(`/people/${person.id}/roles`, { role: 'admin', scope: { kind: 'all' } });
  return { ...person, api: await Api.signIn(person.login, person.password, at) };
}

/**
 * Somebody with the rights of one of the demonstration's people, whose language a story may change: that of the
 * demonstration's own is read by other stories at the same time.
 */
export async function standIn(login: string, at: Address = shared()): Promise<Fresh> {
  const admin = await Api.signIn('admin@demo.mostik', demoPassword, at);
  const { items } = await admin.get<{ items: { id: string; email?: string }[] }>(`/people?q=${encodeURIComponent(login)}`);
  const { roles } = await admin.get<{ roles: { role: string; scope: object }[] }>(`/people/${items.find((each) => each.email === login)?.id ?? ''}`);
  const person = await trainee('Асель', 'Заменова', {}, at);
  for (const { role, scope } of roles) await admin.post(`/people/${person.id}/roles`, { role, scope });
  return { ...person, api: await Api.signIn(person.login, person.password, at) };
}

/** The same, enrolled in the first course. */
export async function enrolled(at: Address = shared(), more: Record<string, unknown> = {}): Promise<Fresh & { enrolment: string }> {
  const person = await trainee('Асель', 'Қайратқызы', more, at);
  const { enrolment_id: enrolment } = await person.api.post<{ enrolment_id: string }>(`/courses/${course}/enrol`);
  return { ...person, enrolment };
}
