/** Sending a form: faults stand at their fields, what was typed stays, and one press sends once. */
import { tick } from 'svelte';
import { Problem } from '../api/problem.ts';
import { explain, type Sentences } from '../failure.ts';
import { t, tMaybe } from '../text/text.svelte.ts';

export type Faults = Record<string, string | undefined>;

/** Sorts a refusal to the fields it blames; nothing when it blames none that the form has. */
export function faultsOf(failure: unknown, fields: readonly string[]): Faults {
  if (!(failure instanceof Problem)) return {};
  const blamed = [...failure.problems, ...(failure.field ? [{ field: failure.field, code: failure.code }] : [])];
  const faults: Faults = {};
  for (const { field, code } of blamed) {
    const name = fields.find((each) => each === field || field.startsWith(`${each}/`));
    if (name) faults[name] = tMaybe(`code.${code}`, t('form.refused'));
  }
  return faults;
}

export class Form {
  busy = $state(false);
  faults = $state.raw<Faults>({});
  /** A failure that no field is to blame for. */
  failure = $state.raw<Sentences>();
  readonly #fields: readonly string[];

  constructor(...fields: string[]) {
    this.#fields = fields;
  }

  /** Shows what the browser can tell without asking; false when something is wrong. */
  async check(faults: Faults): Promise<boolean> {
    this.failure = undefined;
    this.faults = faults;
    if (!Object.values(faults).some(Boolean)) return true;
    await focusFault();
    return false;
  }

  /** Does the work unless it is being done already. True when it succeeded. */
  async send(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failure = undefined;
    this.faults = {};
    try {
      await work();
      return true;
    } catch (failure) {
      this.faults = faultsOf(failure, this.#fields);
      if (!Object.values(this.faults).some(Boolean)) this.failure = explain(failure);
      this.busy = false;
      await focusFault();
      return false;
    } finally {
      this.busy = false;
    }
  }
}

/** Moves to the first field that is wrong. */
export async function focusFault(): Promise<void> {
  await tick();
  document.querySelector<HTMLElement>('[aria-invalid="true"], [data-fault]')?.focus();
}
