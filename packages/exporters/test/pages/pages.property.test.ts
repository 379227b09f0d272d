import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MetricsCollector } from '@bduf/metrics-core';
import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import { ManualClock } from '@bduf/metrics-core/primitives';
import {
  type ChunkEncoder,
  type HeldChunk,
  JsonEncoder,
  OpenMetricsTextEncoder,
  PageBudget,
  PrometheusTextEncoder,
} from '@bduf/metrics-exporters';
import { complaint, encodeBytes } from '../support.ts';

const SERIES = 300;
const AMOUNTS = [0, 1, 1, 2, 9, 90, 0.5, 1 / 3, 1e9, 1e16, 1e-7, Math.PI];
const LEVELS = [...AMOUNTS, -1, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e22, 5e-324];

/** A collector whose metrics are large enough for pages, and what can happen to it. */
class World {
  /** The budget leaves few series to spare, so that rows of removed ones are given to others. */
  readonly collector = new MetricsCollector({
    clock: new ManualClock(),
    limits: { seriesPerMetric: SERIES + 5 },
    onError: () => undefined,
  });
  readonly counter = this.collector.counter({ name: 'jobs_total', description: 'Jobs.', labels: ['queue', 'kind'] });
  readonly gauge = this.collector.gauge({ name: 'level', description: 'Level.', labels: ['queue'] });
  readonly histogram = this.collector.histogram({
    name: 'wait',
    description: 'Wait.',
    labels: ['queue'],
    buckets: [0.5, 2, 100],
  });

  constructor() {
    for (let i = 0; i < SERIES; i++) {
      this.counter.inc(labelsOf(i), i);
      this.gauge.set({ queue: `"${i}"\\` }, i / 7);
      this.histogram.observe({ queue: `q${i}` }, i / 10);
    }
  }

  add(series: number, choice: number): void {
    this.counter.inc(labelsOf(series), AMOUNTS[choice % AMOUNTS.length] ?? 1);
    this.gauge.set({ queue: `"${series}"\\` }, LEVELS[choice % LEVELS.length] ?? 0);
    const exemplar = choice % 13 === 0 ? { trace_id: `t${choice}` } : undefined;
    const wait = { queue: `q${series}` };
    const value = choice % 17 === 0 ? -1000 : choice;
    if (exemplar === undefined) this.histogram.observe(wait, value);
    else this.histogram.observe(wait, value, exemplar);
  }

  addToAll(choice: number): void {
    for (let i = 0; i < SERIES; i++) this.add(i, choice + i);
  }

  /** Removes series and starts others, which take over their rows. */
  churn(series: number): void {
    for (let i = series; i < series + 10; i++) this.remove(i);
    for (let i = series; i < series + 10; i++) this.add(i + 1000, i);
  }

  remove(series: number): void {
    this.counter.remove({ queue: labelsOf(series).queue });
    this.gauge.remove({ queue: `"${series}"\\` });
    this.histogram.remove({ queue: `q${series}` });
  }
}

function labelsOf(i: number): { queue: string; kind: string } {
  return { queue: `queue ${i % 40}\n`, kind: `k${Math.floor(i / 40)}` };
}

/** A document that is read bit by bit while others are read, too. */
interface SlowReading {
  readonly families: readonly MetricFamily[];
  readonly chunks: Iterator<Uint8Array>;
  readonly nowMs: number;
  readonly read: Buffer[];
}

/** An encoder that keeps pages, watched: whatever it gives must be what an encoder without pages gives. */
class WatchedEncoder {
  readonly #encoder: ChunkEncoder;
  readonly #fresh: () => ChunkEncoder;
  readonly #held: { chunk: HeldChunk; copy: Buffer }[] = [];
  readonly #readings: SlowReading[] = [];
  #nowMs = 0;

  constructor(create: (pages: PageBudget) => ChunkEncoder, maxBytes: number) {
    this.#encoder = create(new PageBudget(maxBytes));
    this.#fresh = () => create(new PageBudget(0));
  }

  scrape(families: readonly MetricFamily[], holds: boolean): void {
    // Now and then so much later that unused pages are dropped.
    this.#nowMs += holds ? 1000 : 400_000;
    const read: Buffer[] = [];
    for (const chunk of this.#encoder.encodeChunks(families, { nowMs: this.#nowMs })) {
      read.push(Buffer.from(chunk.bytes));
      if (holds) this.#held.push({ chunk: chunk.hold(), copy: Buffer.from(chunk.bytes) });
    }
    this.#expectFresh(read, families, this.#nowMs);
  }

  begin(families: readonly MetricFamily[]): void {
    const chunks = this.#encoder.encode(families, { nowMs: this.#nowMs })[Symbol.iterator]();
    this.#readings.push({ families, chunks, nowMs: this.#nowMs, read: [] });
  }

  advance(steps: number): void {
    const [reading] = this.#readings;
    if (reading === undefined) return;
    for (let taken = 0; taken < steps; taken++) {
      const next = reading.chunks.next();
      if (next.done !== true) {
        reading.read.push(Buffer.from(next.value));
        continue;
      }
      this.#readings.shift();
      this.#expectFresh(reading.read, reading.families, reading.nowMs);
      return;
    }
  }

  /** Checks that held bytes have not changed, then gives some of them back. */
  release(share: number): void {
    for (const { chunk, copy } of this.#held) {
      if (!copy.equals(chunk.bytes)) throw new Error('bytes changed while they were held');
    }
    const count = Math.ceil(this.#held.length * share);
    for (const { chunk } of this.#held.splice(0, count)) chunk.release();
  }

  finish(): void {
    while (this.#readings.length > 0) this.advance(1000);
    this.release(1);
  }

  #expectFresh(read: readonly Buffer[], families: readonly MetricFamily[], nowMs: number): void {
    const expected = encodeBytes(this.#fresh(), families, nowMs);
    if (!expected.equals(Buffer.concat(read))) throw new Error('pages differ from a fresh rendering');
  }
}

type Step =
  | { readonly do: 'add'; readonly at: number; readonly choice: number }
  | { readonly do: 'addToAll'; readonly choice: number }
  | { readonly do: 'remove' | 'churn'; readonly at: number }
  | { readonly do: 'scrape'; readonly holds: boolean }
  | { readonly do: 'begin' }
  | { readonly do: 'advance'; readonly steps: number }
  | { readonly do: 'release'; readonly share: number };

const at = fc.nat({ max: SERIES + 100 });
const choice = fc.nat({ max: 400 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('add'), at, choice }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('addToAll'), choice }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('remove', 'churn'), at }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('scrape'), holds: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('begin') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('advance'), steps: fc.nat({ max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release'), share: fc.constantFrom(0, 0.3, 1) }) },
);

function take(one: Step, world: World, watched: WatchedEncoder): void {
  switch (one.do) {
    case 'add':
      return world.add(one.at, one.choice);
    case 'addToAll':
      return world.addToAll(one.choice);
    case 'remove':
      return world.remove(one.at);
    case 'churn':
      return world.churn(one.at);
    case 'scrape':
      return watched.scrape(world.collector.gatherSync(), one.holds);
    case 'begin':
      return watched.begin(world.collector.gatherSync());
    case 'advance':
      return watched.advance(one.steps);
    case 'release':
      return watched.release(one.share);
  }
}

describe('pages equal a fresh rendering after any sequence of operations, also while slow clients read', () => {
  it.each([
    ['Prometheus text', (pages: PageBudget) => new PrometheusTextEncoder({ pages }), Number.POSITIVE_INFINITY],
    ['Prometheus text, half the budget', (pages: PageBudget) => new PrometheusTextEncoder({ pages }), 60_000],
    ['JSON', (pages: PageBudget) => new JsonEncoder({ pages }), Number.POSITIVE_INFINITY],
    [
      'OpenMetrics',
      (pages: PageBudget) => new OpenMetricsTextEncoder({ pages, created: true }),
      Number.POSITIVE_INFINITY,
    ],
  ])('%s', (_, create, maxBytes) => {
    const property = fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
      const world = new World();
      const watched = new WatchedEncoder(create, maxBytes);
      for (const one of steps) take(one, world, watched);
      watched.scrape(world.collector.gatherSync(), false);
      watched.finish();
    });
    expect(complaint(property, { numRuns: 60 })).toBeUndefined();
  });
});
