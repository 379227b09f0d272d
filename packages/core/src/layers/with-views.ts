import type { MetricDefinition } from '../interfaces/metric-definition.ts';
import type { MetricType } from '../interfaces/metric-type.ts';
import { type MetricTarget, RegistererLayer } from './registerer-layer.ts';

/** A change to the metrics that somebody else defines. */
export interface MetricView {
  /** Which metrics: an exact name, or a pattern. */
  readonly match: string | RegExp;
  /** Keep nothing of them: no memory, no output. */
  readonly drop?: boolean;
  /** Expose them under another name; with a pattern, `$1` … stand for its groups. */
  readonly rename?: string;
  /** Other upper bounds for histograms. */
  readonly buckets?: readonly number[];
  /** Another series budget. */
  readonly maxSeries?: number;
}

/**
 * A view of a collector that changes what is defined through it: renames, drops, gives other buckets or budgets. The first
 * view that matches a metric counts. Code that defines and records needs no change.
 *
 * @param target - The collector or another layer; it keeps the metrics.
 * @param views - Copied.
 */
export function withViews(target: MetricTarget, views: readonly MetricView[]): MetricTarget {
  const all = [...views];
  const viewOf = (name: string): MetricView | undefined => all.find(({ match }) => matches(match, name));
  return new RegistererLayer(target, {
    nameOf: (name) => {
      const view = viewOf(name);
      if (view?.drop === true) return undefined;
      return view?.rename === undefined ? name : name.replace(view.match, view.rename);
    },
    redefine: (name, definition, type) => redefined(viewOf(name), definition, type),
  });
}

function matches(match: string | RegExp, name: string): boolean {
  // `search` ignores `lastIndex`, so that a global pattern matches the same every time.
  return typeof match === 'string' ? match === name : name.search(match) >= 0;
}

function redefined<Definition extends Omit<MetricDefinition, 'type'>>(
  view: MetricView | undefined,
  definition: Definition,
  type: MetricType,
): Definition {
  if (view === undefined) return definition;
  return {
    ...definition,
    ...(view.buckets !== undefined && type === 'histogram' && { buckets: view.buckets }),
    ...(view.maxSeries !== undefined && { maxSeries: view.maxSeries }),
  };
}
