import { expectTypeOf } from 'expect-type';
import { type MetricsCollector, timed } from '@bduf/metrics-core';
import {
  ApplicationMetricDefinitions,
  ApplicationMetrics,
  type BoundCounter,
  type Counter,
  type LabelValue,
  MetricType,
} from '@bduf/metrics-core/interfaces';

/** Checked by `tsc` alone; nothing of it runs. */
export function typedLabels(collector: MetricsCollector): void {
  const counter = collector.counter({
    name: 'http_requests',
    description: 'Requests.',
    labels: { method: ['GET', 'POST'], route: String, status: Number },
  });
  counter.inc({ method: 'GET', route: '/', status: 200 });
  counter.inc({ method: 'GET', route: '/', status: 200 }, 5, { trace_id: 'a' });
  expectTypeOf(counter.labels({ method: 'POST', route: '/x', status: 201 })).toEqualTypeOf<BoundCounter>();
  // @ts-expect-error -- An unknown value of a closed list.
  counter.inc({ method: 'FOO', route: '/', status: 200 });
  // @ts-expect-error -- A missing label.
  counter.inc({ method: 'GET', route: '/' });
  // @ts-expect-error -- An extra label.
  counter.inc({ method: 'GET', route: '/', status: 200, extra: 1 });
  // @ts-expect-error -- A label of the wrong type.
  counter.inc({ method: 'GET', route: '/', status: '200' });
  // @ts-expect-error -- No labels at all.
  counter.inc();
  // @ts-expect-error -- An amount where labels belong.
  counter.inc(5);

  const listed = collector.counter({ name: 'a', description: 'A.', labels: ['x', 'y'] });
  expectTypeOf(listed).toEqualTypeOf<Counter<{ readonly x: LabelValue; readonly y: LabelValue }>>();
  listed.inc({ x: 'a', y: 1n });
  // @ts-expect-error -- A misspelt label.
  listed.inc({ x: 'a', z: 1 });

  const plain = collector.counter({ name: 'b', description: 'B.' });
  plain.inc();
  plain.inc(2, { trace_id: 'a' });
  // @ts-expect-error -- Labels on a metric that has none.
  plain.inc({ x: 'a' });

  const names: string[] = ['m', 'n'];
  const dynamic = collector.counter({ name: 'c', description: 'C.', labels: names });
  dynamic.inc({ m: '1', n: 2 });
  // @ts-expect-error -- Labels are needed even when their names are not known.
  dynamic.inc();

  const scoped = collector.gauge({ name: 'g', description: 'G.', labels: { op: 'string', tenant: 'scope' } });
  scoped.set({ op: 'a' }, 1);
  scoped.set({ op: 'a', tenant: 'gold' }, 1);
  // @ts-expect-error -- Only labels of the scope may be left out.
  scoped.set({ tenant: 'gold' }, 1);
  // @ts-expect-error -- A value is needed.
  scoped.set({ op: 'a' });

  const histogram = collector.histogram({
    name: 'h',
    description: 'H.',
    labels: { tool: 'string', outcome: ['ok', 'error'] },
  });
  expectTypeOf(histogram.track({ tool: 'a' }, () => 5)).toEqualTypeOf<number>();
  expectTypeOf(histogram.track({ tool: 'a' }, () => Promise.resolve('x'))).toEqualTypeOf<Promise<string>>();
  // @ts-expect-error -- `outcome` is filled in.
  histogram.track({ tool: 'a', outcome: 'ok' }, () => 5);
  // @ts-expect-error -- The other labels are not.
  histogram.track(() => 5);
  const unlabelled = collector.histogram({ name: 'i', description: 'I.' });
  expectTypeOf(unlabelled.track(() => true)).toEqualTypeOf<boolean>();
  histogram.startTimer({ tool: 'a' }).stop({ outcome: 'ok' });
  // @ts-expect-error -- A label that the metric does not have.
  histogram.startTimer({ nonsense: 'a' });
  // @ts-expect-error -- Buckets belong to histograms.
  collector.counter({ name: 'j', description: 'J.', buckets: [1] });

  const states = collector.stateSet({ name: 's', description: 'S.', states: ['on', 'off'] });
  states.set('on');
  // @ts-expect-error -- An unknown state.
  states.set('maybe');

  collector.gauge({
    name: 'k',
    description: 'K.',
    labels: ['pool'],
    collect: ({ set }) => {
      set({ pool: 'a' }, 1);
      // @ts-expect-error -- A label that the metric does not have.
      set({ other: 'a' }, 1);
    },
  });

  class Decorated {
    @timed(histogram, { tool: 'a' })
    work(a: number, b: string): string {
      return b.repeat(a);
    }
    // @ts-expect-error -- The labels of the histogram are needed.
    @timed(histogram)
    rest(): void {
      this.work(1, '');
    }
  }
  expectTypeOf<Decorated['work']>().toEqualTypeOf<(a: number, b: string) => string>();

  const http = collector.counter(ApplicationMetricDefinitions.HTTP_REQUESTS_TOTAL);
  http.inc({ method: 'GET', route: '/', status_code: '200' });
  // @ts-expect-error -- The definition's own label names count.
  http.inc({ method: 'GET', route: '/', status: '200' });
  expectTypeOf(ApplicationMetrics.HTTP_REQUESTS_TOTAL).toEqualTypeOf<'http_requests_total'>();
  expectTypeOf<MetricType.COUNTER>().toEqualTypeOf<'counter'>();
  expectTypeOf(MetricType.GAUGE).toEqualTypeOf<'gauge'>();
}
