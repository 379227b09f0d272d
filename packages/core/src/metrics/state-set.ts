import type { StateSet } from '../interfaces/instruments.ts';
import type { LabelSet } from '../interfaces/label-set.ts';
import type { ResolvedDefinition } from '../definition/resolve-definition.ts';
import { MetricBase } from './metric-base.ts';
import type { MetricContext } from './metric-context.ts';

/** A state set: for each label set one row a state, told apart by a label with the metric's own name. */
export class StateSetMetric extends MetricBase implements StateSet<string, LabelSet> {
  readonly #hasLabels: boolean;

  constructor(resolved: ResolvedDefinition, context: MetricContext) {
    super(withStateLabel(resolved), context, { width: 1 });
    this.#hasLabels = resolved.labels.names.length > 0;
    if (!this.#hasLabels) for (const state of resolved.states) this.#write({}, state, false);
  }

  set(...args: [labels: LabelSet, state: string] | [state: string]): void {
    const [labels, active] = args.length === 2 ? args : [{}, args[0]];
    if (!this.#knows(active)) return;
    for (const state of this.resolved.states) this.#write(labels, state, state === active);
  }

  toggle(...args: [labels: LabelSet, state: string, on: boolean] | [state: string, on: boolean]): void {
    const [labels, state, on] = args.length === 3 ? args : [{}, args[0], args[1]];
    if (!this.#knows(state)) return;
    for (const other of this.resolved.states) {
      if (other === state) this.#write(labels, other, on);
      // The other states of the series exist too, since a state set is complete.
      else this.table.find({ ...labels, [this.name]: other });
    }
  }

  #knows(state: string): boolean {
    if (this.resolved.states.includes(state)) return true;
    this.problems.drop(
      'invalid_value',
      () => `there is no state "${state}"; use one of ${this.resolved.states.join(', ')}`,
    );
    return false;
  }

  #write(labels: LabelSet, state: string, on: boolean): void {
    const row = this.table.find({ ...labels, [this.name]: state });
    if (row >= 0) this.table.rows.values(row)[this.table.rows.offset(row)] = on ? 1 : 0;
  }
}

function withStateLabel(resolved: ResolvedDefinition): ResolvedDefinition {
  const { labels, states, name } = resolved;
  return {
    ...resolved,
    labels: {
      names: [...labels.names, name],
      allowed: [...labels.allowed, new Set(states)],
      optional: [...labels.optional, false],
      maxValues: [...labels.maxValues, Infinity],
    },
  };
}
