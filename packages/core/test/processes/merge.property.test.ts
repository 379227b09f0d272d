import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { MetricsCollector } from '@bduf/metrics-core';
import { GaugeAggregation, type MetricFamily } from '@bduf/metrics-core/interfaces';
import { ExponentialBuckets, seriesOf } from '@bduf/metrics-core/primitives';
import { labelKey, MergeBench, valuesOf } from './merge-support.ts';

const SOURCES = ['', 'w1', 'w2', 'w3'] as const;
const source = fc.constantFrom(...SOURCES);
const label = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const amount = fc.integer({ min: 0, max: 1000 });

type Step =
  | {
      readonly kind: 'inc' | 'set' | 'observe';
      readonly source: string;
      readonly label: string;
      readonly amount: number;
    }
  | { readonly kind: 'remove'; readonly source: string; readonly label: string }
  | { readonly kind: 'exit' | 'restart'; readonly source: string };

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('inc', 'set', 'observe'), source, label, amount }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), source, label }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('exit', 'restart'), source }) },
  ) as fc.Arbitrary<Step>,
  { maxLength: 60 },
);

/** Budgets are small, so that rows are given to other series and the overflow series is used. */
function define(collector: MetricsCollector, aggregation: GaugeAggregation): void {
  collector.registerMetric({ name: 'c_total', type: 'counter', description: 'C.', labels: ['l'], maxSeries: 3 });
  collector.registerMetric({ name: 'g', type: 'gauge', description: 'G.', labels: ['l'], aggregation });
  collector.registerMetric({
    name: 'h',
    type: 'histogram',
    description: 'H.',
    labels: ['l'],
    buckets: [10, 100],
    native: { schema: 3, maxBuckets: 20 },
  });
  collector.registerMetric({ name: 's', type: 'summary', description: 'S.', labels: ['l'], maxAgeMs: 1e9 });
}

/** What every series of one worker holds, by labels; read without any code of merging. */
function contents(collector: MetricsCollector, name: string): Map<string, number[]> {
  const family = collector.getMetric(name)?.read();
  const rows = family === undefined ? [] : [...seriesOf(family)];
  return new Map(rows.map(({ labels, numbers }) => [labelKey(labels), [...numbers]]));
}

/** The rules of totals, written down naively: maps of numbers, everything recomputed at every step. */
class TotalsModel {
  readonly #name: string;
  readonly #before = new Map<string, Map<string, number[]>>();
  readonly #carried = new Map<string, number[]>();
  readonly #kept = new Set<string>();

  constructor(name: string) {
    this.#name = name;
  }

  step(
    collectors: ReadonlyMap<string, MetricsCollector>,
    exited: string | undefined,
    restarted: ReadonlySet<string>,
  ): void {
    const dropped = new Set<string>();
    for (const [worker, before] of this.#before) {
      const collector = collectors.get(worker);
      const current = worker === exited || collector === undefined ? undefined : contents(collector, this.#name);
      for (const [key, numbers] of before) {
        if (current === undefined) this.#kept.add(key);
        else if (current.has(key) && !restarted.has(`${worker} ${key}`)) continue;
        else dropped.add(key);
        this.#carry(key, numbers);
      }
    }
    this.#before.clear();
    for (const [worker, collector] of collectors) this.#before.set(worker, contents(collector, this.#name));
    for (const key of this.#carried.keys()) {
      const isShown = [...this.#before.values()].some((series) => series.has(key));
      if (isShown || (this.#kept.has(key) && !dropped.has(key))) continue;
      this.#carried.delete(key);
      this.#kept.delete(key);
    }
  }

  expected(): Record<string, number[]> {
    const sums = new Map<string, number[]>([...this.#carried].map(([key, numbers]) => [key, [...numbers]]));
    for (const series of this.#before.values()) {
      for (const [key, numbers] of series) sums.set(key, plus(sums.get(key), numbers));
    }
    return Object.fromEntries(sums);
  }

  #carry(key: string, numbers: readonly number[]): void {
    this.#carried.set(key, plus(this.#carried.get(key), numbers));
  }
}

function plus(a: readonly number[] | undefined, b: readonly number[]): number[] {
  return b.map((number, at) => number + (a?.[at] ?? 0));
}

/** Same identity, epoch and row must mean the same series; encoders keep what they rendered by it. */
class RowContract {
  readonly violations: string[] = [];
  readonly #seen = new Map<object, { epoch: number; keys: Map<string, string> }>();

  check(family: MetricFamily): void {
    let seen = this.#seen.get(family.identity);
    if (seen === undefined || seen.epoch !== family.epoch) {
      seen = { epoch: family.epoch, keys: new Map() };
      this.#seen.set(family.identity, seen);
    }
    for (const [at, block] of family.blocks.entries()) {
      for (let row = 0; row < block.rowCount; row++) {
        const ids = family.labelNames.map((_, k) => block.labelIds[row * family.labelNames.length + k] ?? -1);
        const key = ids.map((id, k) => `${id}=${family.labelValues[k]?.[id] ?? 'none'}`).join();
        const place = `${at}/${row}`;
        const before = seen.keys.get(place) ?? key;
        if (before !== key) this.violations.push(`row ${place} was ${before} and is ${key}`);
        seen.keys.set(place, key);
      }
    }
  }
}

function apply(bench: MergeBench, step: Step, aggregation: GaugeAggregation): string | undefined {
  if (!('label' in step)) {
    // The collector that merges lives as long as the merger.
    if (step.source !== '' && bench.collectors.has(step.source)) bench.exit(step.source);
    if (step.kind === 'restart' && step.source !== '') define(bench.start(step.source), aggregation);
    return step.source === '' ? undefined : step.source;
  }
  const collector = bench.collectors.get(step.source);
  const labels = { l: step.label };
  if (step.kind === 'remove') {
    for (const name of ['c_total', 'g', 'h', 's']) collector?.getMetric(name)?.remove(labels);
  }
  if (step.kind === 'inc') collector?.increment('c_total', labels, step.amount);
  if (step.kind === 'set') collector?.set('g', step.amount, labels);
  if (step.kind === 'observe') {
    collector?.observe('h', step.amount, labels);
    collector?.observe('s', step.amount, labels);
  }
  return undefined;
}

describe('merging', () => {
  it('of totals agrees with a naive model over records, removals, exits and restarts, and keeps rows stable', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const bench = new MergeBench();
        for (const name of SOURCES) define(bench.start(name), 'live_sum');
        const models = { c_total: new TotalsModel('c_total'), h: new TotalsModel('h') };
        const contract = new RowContract();
        for (const step of all) {
          const exited = apply(bench, step, 'live_sum');
          bench.clock.advance(1);
          const families = bench.merge();
          for (const [name, model] of Object.entries(models)) {
            model.step(bench.collectors, exited, new Set());
            const family = families.find((candidate) => candidate.family.name === name)?.family;
            const actual = family === undefined ? [] : [...seriesOf(family)];
            const shown = Object.fromEntries(actual.map(({ labels, numbers }) => [labelKey(labels), [...numbers]]));
            expect(shown).toEqual(model.expected());
            if (family !== undefined) contract.check(family);
          }
        }
        expect(contract.violations).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('of native buckets and quantiles agrees with one sketch of all observations', () => {
    const magnitude = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    const observed = fc.oneof(
      fc.constant(0),
      magnitude,
      magnitude.map((given) => -given),
    );
    const observations = fc.array(fc.record({ source, value: observed }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(observations, fc.subarray(['w1', 'w2', 'w3']), (all, exits) => {
        const bench = new MergeBench();
        for (const name of SOURCES) define(bench.start(name), 'live_sum');
        const native = new ExponentialBuckets({
          schema: 3,
          maxBuckets: 20,
          overflow: 'downscale',
          zeroThreshold: 2 ** -128,
        });
        for (const observation of all) {
          bench.collectors.get(observation.source)?.observe('h', observation.value, { l: 'a' });
          bench.collectors.get(observation.source)?.observe('s', observation.value, { l: 'a' });
          native.add(observation.value);
        }
        bench.merge();
        for (const name of exits) bench.exit(name);
        const families = new Map(bench.merge().map(({ family }) => [family.name, family]));
        const block = families.get('h')?.blocks[0]?.native;
        const { quantiles = [] } = families.get('s') ?? {};
        const summary = [...(families.get('s')?.blocks[0]?.values ?? [])];
        // The merged resolution may be coarser than that of one sketch, never finer; counts are the same at equal resolution.
        expect(block?.schemas[0]).toBeLessThanOrEqual(native.schema);
        expect(totalOf(block?.positiveCounts) + totalOf(block?.negativeCounts) + (block?.zeroCounts[0] ?? 0)).toBe(
          all.length,
        );
        const sorted = all.map(({ value }) => value).toSorted((a, b) => a - b);
        quantiles.forEach((quantile, at) => {
          const exact = sorted[Math.floor(quantile * (sorted.length - 1))] ?? NaN;
          expect(Math.abs((summary[at] ?? NaN) - exact)).toBeLessThanOrEqual(Math.abs(exact) * 0.0109);
        });
        expect(summary.at(-1)).toBe(all.length);
      }),
      { numRuns: 40 },
    );
  });

  it('of gauges agrees with a naive model for each aggregation', () => {
    const aggregation = fc.constantFrom(...Object.values(GaugeAggregation));
    fc.assert(
      fc.property(
        aggregation,
        fc.array(fc.record({ source, amount, exit: fc.boolean() }), { maxLength: 30 }),
        (chosen, all) => {
          const bench = new MergeBench();
          for (const name of SOURCES) define(bench.start(name), chosen);
          const living = new Map<string, number>();
          const exited: number[] = [];
          let latest: number | undefined;
          for (const step of all) {
            bench.clock.advance(1);
            if (step.exit && step.source !== '') {
              const last = living.get(step.source);
              if (last !== undefined) exited.push(last);
              living.delete(step.source);
              bench.exit(step.source);
              continue;
            }
            if (!bench.collectors.has(step.source)) continue;
            bench.collectors.get(step.source)?.set('g', step.amount, { l: 'x' });
            living.set(step.source, step.amount);
            latest = step.amount;
            if (step.amount % 3 === 0) bench.merge();
          }
          expect(bench.shown('g')['l=x']).toBe(naiveGauge(chosen, [...living.values()], exited, latest));
        },
      ),
      { numRuns: 100 },
    );
  });
});

function totalOf(counts: Float64Array | undefined): number {
  return counts?.reduce((sum, count) => sum + count, 0) ?? NaN;
}

function naiveGauge(
  aggregation: GaugeAggregation,
  living: readonly number[],
  exited: readonly number[],
  latest: number | undefined,
): number | undefined {
  const isLive = aggregation.startsWith('live_');
  const values = isLive ? living : [...living, ...exited];
  if (values.length === 0) return undefined;
  if (aggregation === 'most_recent') return latest;
  if (aggregation.endsWith('sum')) return values.reduce((sum, value) => sum + value, 0);
  return aggregation.endsWith('max') ? Math.max(...values) : Math.min(...values);
}

describe('merged families', () => {
  function benchWith(...names: readonly string[]): MergeBench {
    const bench = new MergeBench();
    for (const name of names) {
      bench.start(name).registerMetric({ name: 'c_total', type: 'counter', description: 'C.', labels: ['l'] });
    }
    return bench;
  }

  it('pass through untouched where only the collector itself has them', () => {
    const bench = benchWith('');
    const own = bench.collectors.get('')?.getMetric('c_total')?.read();
    expect(bench.family('c_total').identity).toBe(own?.identity);
  });

  it('leave out a worker whose shape differs, say so once, and keep the others', () => {
    const bench = benchWith('', 'w1');
    bench.collectors.get('w1')?.increment('c_total', { l: 'a' });
    bench.start('w2').registerMetric({ name: 'c_total', type: 'gauge', description: 'C.', labels: ['l'] });
    bench.collectors.get('w2')?.set('c_total', 50, { l: 'a' });
    bench.start('w3').registerMetric({ name: 'c', type: 'counter', description: 'C.' });
    bench.merge();
    expect(bench.shown('c_total')).toEqual({ 'l=a': 1 });
    expect(bench.conflicts).toEqual([
      'w2 c_total: its shape is (gauge, labels ["l"]), elsewhere (counter, labels ["l"])',
      'w3 c: it exposes samples named c, as c_total does elsewhere',
    ]);
  });

  it('leave out a worker whose shape differs though it exits before anybody has looked, and say so once', () => {
    const bench = benchWith('', 'w1');
    bench.collectors.get('')?.increment('c_total', { l: 'a' }, 3);
    bench.collectors.get('w1')?.increment('c_total', { l: 'a' });
    bench.start('w2').registerMetric({ name: 'c_total', type: 'gauge', description: 'C.', labels: ['l'] });
    bench.collectors.get('w2')?.set('c_total', 50, { l: 'a' });
    bench.start('w3').counter({ name: 'c', description: 'C.' }).inc();
    for (const worker of ['w2', 'w3', 'w1']) bench.exit(worker);
    expect(bench.shown('c_total')).toEqual({ 'l=a': 4 });
    expect(bench.shown('c')).toEqual({});
    expect(bench.conflicts).toEqual([
      'w2 c_total: its shape is (gauge, labels ["l"]), elsewhere (counter, labels ["l"])',
      'w3 c: it exposes samples named c, as c_total does elsewhere',
    ]);
  });

  it('follow the definition of the collector itself once it has one', () => {
    const bench = benchWith('w1');
    bench.collectors.get('w1')?.increment('c_total', { l: 'a' });
    bench.start('');
    expect(bench.shown('c_total')).toEqual({ 'l=a': 1 });
    bench.collectors.get('')?.registerMetric({ name: 'c_total', type: 'gauge', description: 'C.' });
    expect(bench.family('c_total').type).toBe('gauge');
    expect(bench.conflicts).toHaveLength(1);
  });

  it('keep default labels: those that all workers share as constants, others as labels of the series', () => {
    const bench = new MergeBench();
    const layouts: (readonly string[])[] = [];
    for (const [name, role] of [
      ['w1', 'api'],
      ['w2', 'jobs'],
      ['w3', 'api'],
    ] as const) {
      const collector = bench.start(name, { app: 'shop', role });
      collector.counter({ name: 'c_total', description: 'C.', labels: ['l'] }).inc({ l: 'a' });
      layouts.push(bench.family('c_total').labelNames);
    }
    const family = bench.family('c_total');
    expect(family.constantLabels).toEqual([['app', 'shop']]);
    expect(layouts).toEqual([['l'], ['l', 'role'], ['l', 'role']]);
    expect(valuesOf(family)).toEqual({ 'app=shop,l=a,role=api': 2, 'app=shop,l=a,role=jobs': 1 });
    bench.exit('w2');
    expect(bench.shown('c_total')).toEqual({ 'app=shop,l=a,role=api': 2, 'app=shop,l=a,role=jobs': 1 });
  });

  it('end a series when the last living worker drops it, and not while another one shows it', () => {
    const bench = benchWith('w1', 'w2');
    bench.collectors.get('w1')?.increment('c_total', { l: 'a' }, 3);
    bench.collectors.get('w2')?.increment('c_total', { l: 'a' }, 4);
    expect(bench.shown('c_total')).toEqual({ 'l=a': 7 });
    bench.collectors.get('w1')?.getMetric('c_total')?.remove({ l: 'a' });
    expect(bench.shown('c_total')).toEqual({ 'l=a': 7 });
    bench.collectors.get('w2')?.getMetric('c_total')?.remove({ l: 'a' });
    expect(bench.shown('c_total')).toEqual({});
    bench.clock.advance(1);
    bench.collectors.get('w1')?.increment('c_total', { l: 'a' }, 1);
    expect(bench.shown('c_total')).toEqual({ 'l=a': 1 });
  });

  it('carry on when a worker removed a series and began it anew between two read-outs', () => {
    const bench = benchWith('w1', 'w2');
    bench.collectors.get('w1')?.increment('c_total', { l: 'a' }, 3);
    bench.collectors.get('w2')?.increment('c_total', { l: 'a' }, 4);
    bench.merge();
    bench.clock.advance(1);
    bench.collectors.get('w1')?.getMetric('c_total')?.remove({});
    bench.collectors.get('w1')?.increment('c_total', { l: 'a' }, 5);
    expect(bench.shown('c_total')).toEqual({ 'l=a': 12 });
  });

  it('do not count totals of callbacks twice when the callback fails for a while, and keep them at exit', () => {
    const bench = benchWith('', 'w2');
    let total: number | undefined = 10;
    const worker = bench.start('w1');
    worker.counter({
      name: 'cpu_total',
      description: 'C.',
      collect: ({ set }) => {
        if (total === undefined) throw new Error('out of order');
        set(total);
      },
    });
    const look = (): Record<string, number> => {
      worker.gatherSync();
      bench.clock.advance(1);
      return bench.shown('cpu_total');
    };
    expect(look()).toEqual({ '': 10 });
    total = undefined;
    expect(look()).toEqual({});
    total = 12;
    expect(look()).toEqual({ '': 12 });
    bench.exit('w1');
    expect(bench.shown('cpu_total')).toEqual({ '': 12 });
  });

  it('forget kept series by labels, and by idle time', () => {
    const bench = new MergeBench();
    for (const name of ['', 'w1']) {
      bench.start(name).registerMetric({ name: 'c_total', type: 'counter', description: 'C.', labels: ['l'] });
      bench.collectors
        .get(name)
        ?.registerMetric({ name: 't_total', type: 'counter', description: 'T.', labels: ['l'], ttlMs: 1000 });
    }
    for (const l of ['a', 'b']) {
      bench.collectors.get('w1')?.increment('c_total', { l });
      bench.collectors.get('w1')?.increment('t_total', { l });
    }
    bench.exit('w1');
    expect(bench.merger.forget('c_total', { l: 'a' })).toBe(1);
    expect(bench.shown('c_total')).toEqual({ 'l=b': 1 });
    expect(bench.shown('t_total')).toEqual({ 'l=a': 1, 'l=b': 1 });
    bench.clock.advance(1000);
    expect(bench.shown('t_total')).toEqual({});
    expect(bench.shown('c_total')).toEqual({ 'l=b': 1 });
  });

  it('bound what is kept of workers that restart with other series again and again', () => {
    const bench = new MergeBench();
    bench.start('');
    for (let round = 0; round < 100; round++) {
      const worker = bench.start(`w${round}`);
      const counter = worker.counter({ name: 'c_total', description: 'C.', labels: ['pid'], maxSeries: 10 });
      counter.inc({ pid: String(round) });
      bench.merge();
      bench.exit(`w${round}`);
    }
    const shown = bench.shown('c_total');
    expect(Object.keys(shown).length).toBeLessThanOrEqual(11);
    expect(Object.values(shown).reduce((sum, value) => sum + value, 0)).toBe(100);
    expect(shown['pid=99']).toBe(1);
    const rows = bench.family('c_total').blocks.reduce((sum, { rowCount }) => sum + rowCount, 0);
    expect(rows).toBeLessThan(40);
  });

  it('let the observations of an exited worker leave the window of a summary in time', () => {
    const bench = new MergeBench();
    for (const name of ['', 'w1']) {
      const summary = bench
        .start(name)
        .summary({ name: 's', description: 'S.', quantiles: [0.5], maxAgeMs: 10_000, ageBuckets: 5 });
      summary.observe(name === '' ? 1 : 100);
      if (name === 'w1') for (let more = 0; more < 5; more++) summary.observe(100);
    }
    const median = (): number => bench.family('s').blocks[0]?.values[0] ?? NaN;
    bench.exit('w1');
    expect(median()).toBeCloseTo(100, -0.5);
    bench.clock.advance(9_000);
    bench.collectors.get('')?.observe('s', 1);
    expect(median()).toBeCloseTo(100, -0.5);
    bench.clock.advance(5_000);
    expect(median()).toBeCloseTo(1, 1);
    expect([...(bench.family('s').blocks[0]?.values ?? [])].slice(1)).toEqual([602, 8]);
  });

  it('show the latest exemplar of each number', () => {
    const bench = new MergeBench();
    for (const name of ['w1', 'w2']) {
      const counter = bench.start(name).counter({ name: 'c_total', description: 'C.' });
      bench.clock.advance(5);
      counter.inc(1, { trace_id: name });
    }
    expect(bench.family('c_total').blocks[0]?.exemplars).toMatchObject([{ row: 0, labels: { trace_id: 'w2' } }]);
  });

  it('merge again: two levels give what one level gives', () => {
    const flat = new MergeBench();
    const nested = new MergeBench();
    const upper = new MergeBench();
    for (const [at, name] of ['w1', 'w2', 'w3'].entries()) {
      for (const bench of [flat, at === 2 ? upper : nested]) {
        const collector = bench.start(name);
        define(collector, 'most_recent');
        for (let n = 0; n < 20; n++) {
          collector.increment('c_total', { l: `${n % 5}` });
          collector.observe('h', n * 10, { l: 'a' });
          collector.observe('s', n * 10 + at, { l: 'a' });
        }
        bench.clock.jumpTo(bench.clock.now() + at);
        collector.set('g', at, { l: 'a' });
      }
    }
    const lower = { source: 'lower', families: nested.merge(true) };
    const others = [...upper.collectors].map(([name, collector]) => ({
      source: name,
      families: collector.getAllMetrics().map((metric) => (metric as unknown as { readSource(): never }).readSource()),
    }));
    const twice = upper.merger.merge([lower, ...others], undefined, false);
    for (const { family } of flat.merge()) {
      const other = twice.find((candidate) => candidate.family.name === family.name)?.family;
      const numbers = (of: MetricFamily | undefined): object =>
        Object.fromEntries(
          [...seriesOf(of as MetricFamily)].map((series) => [labelKey(series.labels), [...series.numbers]]),
        );
      expect(numbers(other)).toEqual(numbers(family));
    }
  });
});
