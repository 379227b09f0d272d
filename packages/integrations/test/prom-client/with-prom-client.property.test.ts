import { describe, expect, it } from '@jest/globals';
import { MetricsCollector } from '@bduf/metrics-core';
import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import { ManualClock, seriesOf } from '@bduf/metrics-core/primitives';
import {
  DeltaLedger,
  type PromClientMetric,
  createPrometheusRegistry,
  withPromClient,
} from '@bduf/metrics-integrations';
import * as prometheusIo from '@prometheus-io/client';
import * as fc from 'fast-check';
import * as promClient from 'prom-client';
import { tableOfPrometheus } from '../support/exposition-table.ts';
import { exporterOf } from '../support/exporter-of.ts';

/** A record with prom-client, or a read-out. */
type Step =
  | { readonly do: 'count' | 'set' | 'observe' | 'time'; readonly label: string; readonly value: number }
  | { readonly do: 'remove'; readonly label: string }
  | { readonly do: 'reset' | 'read' };

const label = fc.constantFrom('', 'a', 'b', 'ü"\\\n,={}', '7');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constantFrom('count', 'observe', 'time'),
    label,
    value: fc.oneof(fc.nat(9), fc.double({ min: 0, max: 1e6, noNaN: true })),
  }),
  fc.record({ do: fc.constant('set'), label, value: fc.double() }),
  fc.record({ do: fc.constant('remove'), label }),
  fc.record({ do: fc.constantFrom('reset', 'read') }),
);

/** A label that no series has had before. */
const LABEL_APPEARS: Step[] = [
  { do: 'count', label: '', value: 1 },
  { do: 'read' },
  { do: 'count', label: 'a', value: 0 },
];

/** Metrics of one of the two libraries, each type once. */
function instrumentsOf(library: typeof promClient) {
  const registry = new library.Registry();
  const common = { help: 'H \\ \n ü.', labelNames: ['l'], registers: [registry] };
  return {
    registry,
    count: new library.Counter({ ...common, name: 'counts_total' }),
    set: new library.Gauge({ ...common, name: 'levels' }),
    observe: new library.Histogram({ ...common, name: 'sizes', buckets: [0.5, 1, 1000] }),
    time: new library.Summary({ ...common, name: 'times', percentiles: [0.25, 0.5, 1] }),
    plain: new library.Counter({ name: 'plain_total', help: 'Without labels.', registers: [registry] }),
  };
}

function perform(instruments: ReturnType<typeof instrumentsOf>, each: Step): void {
  const { registry, count, set, observe, time, plain } = instruments;
  const at = 'label' in each ? { l: each.label } : {};
  if (each.do === 'count') {
    count.inc(at, each.value);
    plain.inc(each.value);
  } else if (each.do === 'set') set.set(at, each.value);
  else if (each.do === 'observe') observe.observe(at, each.value);
  else if (each.do === 'time') time.observe(at, each.value);
  else if (each.do === 'remove') for (const metric of [count, set, observe, time]) metric.remove(at);
  else if (each.do === 'reset') registry.resetMetrics();
}

/** The series of a row, by labels. */
function rowsOf(family: MetricFamily): readonly string[] {
  const [block] = family.blocks;
  if (block === undefined || family.blocks.length !== 1) throw new Error(`${family.name} has no single block`);
  return Array.from({ length: block.rowCount }, (_, row) => {
    return JSON.stringify(
      family.labelNames.map((name, at) => {
        const id = block.labelIds[row * family.labelNames.length + at] ?? -1;
        return [name, family.labelValues[at]?.[id]];
      }),
    );
  });
}

/** Finds what breaks the promises of families from one read-out to the next. */
class FamilyPromises {
  readonly #last = new Map<string, { family: MetricFamily; rows: readonly string[]; created: Map<string, number> }>();

  /**
   * @param readMs - When the families were read.
   * @param earlierMs - When they were read before.
   */
  brokenBy(families: readonly MetricFamily[], readMs: number, earlierMs: number): readonly string[] {
    const broken: string[] = [];
    const last = new Map(this.#last);
    this.#last.clear();
    for (const family of families) {
      const rows = rowsOf(family);
      const created = new Map(Array.from(seriesOf(family), (each) => [JSON.stringify(each.labels), each.createdMs]));
      this.#last.set(family.name, { family, rows, created });
      if (new Set(rows).size !== rows.length) broken.push(`${family.name} has a series in two rows`);
      const before = last.get(family.name);
      for (const [key, createdMs] of created) {
        const earlier = before?.created.get(key);
        if (createdMs > readMs) broken.push(`${family.name}${key} begins after it was read`);
        // A series that was there goes on, or has begun anew after the read-out before.
        if (earlier !== undefined && createdMs !== earlier && createdMs !== earlierMs) {
          broken.push(`${family.name}${key} began at ${earlier} and at ${createdMs}`);
        }
      }
      if (before === undefined) continue;
      if (family.identity !== before.family.identity) broken.push(`${family.name} has another identity`);
      const isSameEpoch = family.epoch === before.family.epoch;
      if (isSameEpoch && before.rows.some((row, at) => row !== rows[at])) broken.push(`rows of ${family.name} moved`);
      if (family.epoch < before.family.epoch) broken.push(`${family.name} went back to an earlier epoch`);
    }
    return broken;
  }
}

describe.each([
  ['prom-client', promClient],
  ['@prometheus-io/client', prometheusIo],
] as const)('metrics of %s as a source', (_, given) => {
  // The libraries have the same form, but not the same types.
  const library = given as unknown as typeof promClient;

  it('are exposed as the library exposes them, whatever was recorded, and keep what families promise', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const instruments = instrumentsOf(library);
        const { registry } = instruments;
        const clock = new ManualClock(Date.now());
        const metrics = new MetricsCollector({ clock });
        // Each read-out of a summary re-sorts its digest at random, so both sides must write the same one.
        let readOut: readonly PromClientMetric[] = [];
        const source = {
          getMetricsAsJSON: async () => (readOut = await registry.getMetricsAsJSON()),
        };
        const both = withPromClient(metrics, source, { clock });
        const text = createPrometheusRegistry(exporterOf(both), { clock });
        const promises = new FamilyPromises();
        let earlierMs = performance.timeOrigin;
        for (const each of [...steps, { do: 'read' } as const]) {
          clock.advance(1000);
          perform(instruments, each);
          if (each.do !== 'read') continue;
          const exposed = tableOfPrometheus(await text.metrics());
          const asLibrary = new library.Registry();
          for (const metric of readOut) asLibrary.registerMetric({ ...metric, get: () => metric } as never);
          expect(exposed).toEqual(tableOfPrometheus(await asLibrary.metrics()));
          expect(promises.brokenBy(await both.gather(), clock.now(), earlierMs)).toEqual([]);
          earlierMs = clock.now();
        }
      }),
      { numRuns: 60 },
    );
  });

  it('give each increase once to those who take increases, also when counters begin anew', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const instruments = instrumentsOf(library);
        const clock = new ManualClock(Date.now());
        const both = withPromClient(new MetricsCollector(), instruments.registry, { clock });
        let recorded = 0;
        let unread = 0;
        let increases = 0;
        const ledger = new DeltaLedger();
        for (const each of [...steps, { do: 'read' } as const]) {
          clock.advance(1000);
          if (each.do === 'remove') continue;
          perform(instruments, each);
          if (each.do === 'count') unread += each.value;
          // What a counter has lost before it was read is lost.
          if (each.do === 'reset') unread = 0;
          if (each.do !== 'read') continue;
          recorded += unread;
          unread = 0;
          const family = ledger.take(await both.gather()).find(({ name }) => name === 'counts_total');
          for (const { value } of family === undefined ? [] : seriesOf(family)) increases += value;
        }
        // A counter that has begun anew and grown beyond what it was cannot be told from one that went on.
        expect(increases).toBeLessThanOrEqual(recorded + 1e-6 * recorded);
        const least = steps.some((each) => each.do === 'reset') ? 0 : recorded;
        expect(increases).toBeGreaterThanOrEqual(least - 1e-6 * least);
      }),
      { numRuns: 60, examples: [[LABEL_APPEARS]] },
    );
  });
});
