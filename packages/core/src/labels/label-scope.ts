import { AsyncLocalStorage } from 'node:async_hooks';
import type { LabelSet, LabelValue } from '../interfaces/label-set.ts';

type ScopeStorage = AsyncLocalStorage<LabelSet>;

/** The one storage of the process, shared by all copies of this module. */
const KEY = Symbol.for('@bduf/metrics/label-scope/1');

/**
 * Runs a function, and everything it starts, with labels in scope: a metric that declares such a label and is recorded
 * without it gets the value from here. An inner scope adds to an outer one. Bound children do not look at scopes.
 *
 * @param labels - Copied.
 */
export function runWithLabels<T>(labels: LabelSet, fn: () => T): T {
  const scope = storage();
  return scope.run({ ...scope.getStore(), ...labels }, fn);
}

/** Value of a label in the current scope. */
export function scopedLabel(name: string): LabelValue | undefined {
  return storage().getStore()?.[name];
}

function storage(): ScopeStorage {
  // The key is ours alone, and only this function writes it.
  const holder = globalThis as { [KEY]?: ScopeStorage };
  holder[KEY] ??= new AsyncLocalStorage();
  return holder[KEY];
}
