import type { Registerer } from '@bduf/metrics-core/interfaces';
import type { DeliveryState } from './delivery-tally.ts';

/** Something whose state is shown. */
export interface Observed {
  state(): DeliveryState;
}

/** One set of metrics for each collector, however many integrations report to it. */
const observedBy = new WeakMap<Registerer, Set<Observed>>();

/**
 * Shows the state of deliveries as metrics of a collector, read when the collector is.
 *
 * @returns Ends it.
 */
export function observeDeliveries(registerer: Registerer, deliveries: readonly Observed[]): () => void {
  let observed = observedBy.get(registerer);
  if (observed === undefined) {
    observed = new Set();
    observedBy.set(registerer, observed);
    defineMetrics(registerer, observed);
  }
  for (const each of deliveries) observed.add(each);
  return () => {
    for (const each of deliveries) observed.delete(each);
  };
}

function defineMetrics(registerer: Registerer, observed: ReadonlySet<Observed>): void {
  const states = (): readonly DeliveryState[] => mergedByTarget(Array.from(observed, (each) => each.state()));
  registerer.counter({
    name: 'metrics_delivery_points_total',
    description: 'Data points that arrived at a monitoring system.',
    labels: ['target'],
    collect: ({ set }) => states().forEach(({ target, sent }) => set({ target }, sent)),
  });
  registerer.counter({
    name: 'metrics_delivery_dropped_total',
    description: 'Data points that were given up on their way to a monitoring system, by reason.',
    labels: ['target', 'reason'],
    collect: ({ set }) =>
      states().forEach(({ target, dropped }) =>
        Object.entries(dropped).forEach(([reason, points]) => set({ target, reason }, points)),
      ),
  });
  registerer.counter({
    name: 'metrics_delivery_unclear_total',
    description: 'Data points that may have arrived though they were sent again or given up: a request got no answer.',
    labels: ['target'],
    collect: ({ set }) => states().forEach(({ target, unclear }) => set({ target }, unclear)),
  });
  registerer.counter({
    name: 'metrics_delivery_requests_total',
    description: 'Requests to a monitoring system, by outcome.',
    labels: ['target', 'outcome'],
    collect: ({ set }) =>
      states().forEach(({ target, requests }) =>
        Object.entries(requests).forEach(([outcome, count]) => set({ target, outcome }, count)),
      ),
  });
  registerer.gauge({
    name: 'metrics_delivery_queue_bytes',
    description: 'Memory of what waits for a monitoring system.',
    unit: 'bytes',
    labels: ['target'],
    collect: ({ set }) => states().forEach(({ target, queueBytes }) => set({ target }, queueBytes)),
  });
  registerer.gauge({
    name: 'metrics_delivery_oldest_seconds',
    description: 'How long the oldest of what waits for a monitoring system has waited.',
    unit: 'seconds',
    labels: ['target'],
    collect: ({ set }) => states().forEach(({ target, oldestSeconds }) => set({ target }, oldestSeconds)),
  });
  registerer.gauge({
    name: 'metrics_delivery_circuit_open',
    description: 'Whether a monitoring system counts as down.',
    labels: ['target'],
    collect: ({ set }) => states().forEach(({ target, isCircuitOpen }) => set({ target }, Number(isCircuitOpen))),
  });
}

/** Two integrations may deliver to targets of the same name. */
function mergedByTarget(states: readonly DeliveryState[]): readonly DeliveryState[] {
  const merged = new Map<string, DeliveryState>();
  for (const state of states) {
    const other = merged.get(state.target);
    merged.set(state.target, other === undefined ? state : sumOf(other, state));
  }
  return [...merged.values()];
}

function sumOf(a: DeliveryState, b: DeliveryState): DeliveryState {
  return {
    target: a.target,
    sent: a.sent + b.sent,
    dropped: sumByKey(a.dropped, b.dropped),
    unclear: a.unclear + b.unclear,
    requests: sumByKey(a.requests, b.requests),
    queueBytes: a.queueBytes + b.queueBytes,
    oldestSeconds: Math.max(a.oldestSeconds, b.oldestSeconds),
    isCircuitOpen: a.isCircuitOpen || b.isCircuitOpen,
  };
}

function sumByKey(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries(Array.from(keys, (key) => [key, (a[key] ?? 0) + (b[key] ?? 0)]));
}
