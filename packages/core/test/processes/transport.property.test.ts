import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MetricsCollector } from '@bduf/metrics-core';
import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import { ManualClock, seriesOf } from '@bduf/metrics-core/primitives';
import type { MetricBase } from '../../src/metrics/metric-base.ts';
import type { SourceFamily } from '../../src/metrics/source-family.ts';
import type { SnapshotMessage } from '../../src/processes/cluster/cluster-messages.ts';
import { packAsBytes } from '../../src/processes/cluster/packed-bytes.ts';
import { SnapshotReader } from '../../src/processes/cluster/snapshot-reader.ts';
import { SnapshotWriter } from '../../src/processes/cluster/snapshot-writer.ts';
import { FamilyMerger } from '../../src/processes/merge/family-merger.ts';
import { SlabReader } from '../../src/processes/threads/slab-reader.ts';
import { SlabWriter } from '../../src/processes/threads/slab-writer.ts';
import type { WorkerMessage } from '../../src/processes/threads/thread-messages.ts';
import { labelKey, read } from './merge-support.ts';

const label = fc.constantFrom('a', 'b', 'c', 'd', 'ä|"\n', '\u{1F600}');
const value = fc.oneof(fc.integer({ min: 0, max: 500 }), fc.double({ min: 1e-30, max: 1e30, noNaN: true }));
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom('inc', 'set', 'observe'), label, value }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('remove', 'read', 'peek'), label, value }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('wait', 'again', 'define', 'unregister'), label, value }) },
);

/** A collector with metrics of all types, some with budgets so small that rows change hands. */
function start(clock: ManualClock): MetricsCollector {
  const collector = new MetricsCollector({ clock, onError: () => undefined, defaultLabels: { app: 'x' } });
  const labels = ['l'];
  const description = 'D.';
  collector.registerMetric({ name: 'c_total', type: 'counter', description, labels, maxSeries: 3, ttlMs: 5_000 });
  collector.registerMetric({ name: 'g', type: 'gauge', description, labels, ttlMs: 5_000 });
  collector.registerMetric({ name: 'recent', type: 'gauge', description, labels, aggregation: 'most_recent' });
  collector.registerMetric({ name: 'h', type: 'histogram', description, labels, buckets: [1, 100], native: true });
  collector.registerMetric({
    name: 'n',
    type: 'histogram',
    description,
    labels,
    buckets: [],
    native: { maxBuckets: 8 },
    maxSeries: 3,
  });
  collector.registerMetric({ name: 's', type: 'summary', description, labels, maxAgeMs: 9_000, ageBuckets: 3 });
  collector.registerMetric({ name: 'i', type: 'info', description, labels });
  return collector;
}

function record(collector: MetricsCollector, kind: string, l: string, amount: number): void {
  const labels = { l };
  if (kind === 'inc') collector.increment('c_total', labels, amount);
  if (kind === 'set') {
    collector.set('g', -amount, labels);
    collector.set('recent', amount, labels);
    collector.set('i', 1, labels);
  }
  if (kind === 'observe') for (const name of ['h', 'n', 's']) collector.observe(name, amount - 100, labels);
  if (kind === 'remove') for (const name of ['c_total', 'g', 'h', 'n', 's']) collector.getMetric(name)?.remove(labels);
}

/** Everything that a family shows, independent of the order of its rows. */
function shown(families: readonly SourceFamily[]): object {
  return Object.fromEntries(families.map(({ family }) => [family.name, seriesShown(family)]));
}

function seriesShown(family: MetricFamily): object {
  const rows = family.blocks.flatMap(({ native, hidden, rowCount }) =>
    Array.from({ length: rowCount }, (_, row) => ({ native, row })).filter(({ row }) => hidden?.[row] !== 1),
  );
  return Object.fromEntries(
    [...seriesOf(family)].map(({ labels, numbers }, at) => [labelKey(labels), [[...numbers], bucketsShown(rows[at])]]),
  );
}

function bucketsShown(of: { native: MetricFamily['blocks'][number]['native']; row: number } | undefined): unknown {
  if (of?.native === undefined) return undefined;
  const { native, row } = of;
  const range = [native.positiveStart[row], native.positiveStart[row + 1]];
  const negative = [native.negativeStart[row], native.negativeStart[row + 1]];
  return [
    native.schemas[row],
    native.zeroCounts[row],
    [...native.positiveIndexes.subarray(...range)],
    [...native.positiveCounts.subarray(...range)],
    [...native.negativeIndexes.subarray(...negative)],
    [...native.negativeCounts.subarray(...negative)],
  ];
}

/** A merger of one worker. What arrives is merged, so that transports can be compared by what they lead to. */
class Destination {
  readonly #merger: FamilyMerger;

  constructor(clock: ManualClock) {
    this.#merger = new FamilyMerger({ now: () => clock.now(), onConflict: () => undefined });
  }

  show(families: readonly SourceFamily[]): object {
    const filled = families.filter(({ family }) => family.blocks.length > 0);
    return shown(this.#merger.merge([{ source: 'w', families: filled }], undefined, false));
  }
}

/** Shared memory, with both ends in one thread. */
class Slab {
  readonly #collector: MetricsCollector;
  readonly #clock: ManualClock;
  readonly #queue: WorkerMessage[] = [];
  #generation = 0;
  #writer: SlabWriter;
  #reader: SlabReader | undefined;

  constructor(collector: MetricsCollector, clock: ManualClock) {
    this.#collector = collector;
    this.#clock = clock;
    this.#writer = this.publish();
  }

  publish(): SlabWriter {
    const id = { threadId: 1, group: '', generation: this.#generation++ };
    const post = (message: WorkerMessage): void => void this.#queue.push(message);
    this.#writer = new SlabWriter({ id, parentId: undefined, maxBytes: 1 << 26, post });
    for (const metric of this.#collector.getAllMetrics()) this.add(metric.name);
    return this.#writer;
  }

  add(name: string): void {
    this.#writer.add(this.#collector.getMetric(name) as MetricBase, false);
  }

  remove(metric: MetricBase): void {
    this.#writer.remove(metric);
  }

  read(): readonly SourceFamily[] {
    this.#pull();
    return this.#reader?.read(undefined) ?? [];
  }

  #pull(): void {
    for (const message of this.#queue.splice(0)) {
      if (message.kind === 'hello') {
        this.#reader = new SlabReader(
          message,
          () => this.#pull(),
          () => this.#clock.now(),
        );
      } else if (message.kind !== 'exited') this.#reader?.add(message);
    }
  }
}

/** Messages, which travel as JSON unless the channel carries bytes. */
class Channel {
  readonly #writer = new SnapshotWriter();
  readonly #reader = new SnapshotReader();
  readonly #carriesBytes: boolean;

  constructor(carriesBytes: boolean) {
    this.#carriesBytes = carriesBytes;
    if (carriesBytes) this.#writer.pack = packAsBytes;
  }

  reset(): void {
    this.#writer.reset();
  }

  send(families: readonly SourceFamily[], nowMs: number): readonly SourceFamily[] {
    const message = { ...this.#writer.write(families, nowMs), group: '', request: undefined };
    // What a channel does to a message.
    const received = this.#carriesBytes ? structuredClone(message) : (JSON.parse(JSON.stringify(message)) as unknown);
    this.#reader.read(received as SnapshotMessage);
    return this.#reader.families;
  }
}

describe('what arrives', () => {
  it('through shared memory is what the collector holds, whatever happened before', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(step, { maxLength: 120, size: 'max' }), (isPublishedOnce, steps) => {
        const clock = new ManualClock();
        const collector = start(clock);
        const slab = new Slab(collector, clock);
        const [arrived, direct] = [new Destination(clock), new Destination(clock)];
        const looks: (readonly [seen: object, held: object])[] = [];
        // As the worker does at an interval: what is idle is hidden.
        const settledAndShown = (): object => {
          for (const metric of collector.getAllMetrics()) (metric as MetricBase).settle();
          return arrived.show(slab.read());
        };
        for (const { kind, label: l, value: amount } of steps) {
          record(collector, kind, l, amount);
          // Two incarnations of a series are told apart by the time they began.
          clock.advance(1);
          if (kind === 'wait') clock.advance(amount % 4_000);
          if (kind === 'again' && !isPublishedOnce) slab.publish();
          if (kind === 'define' && collector.getMetric('late') === undefined) {
            collector.counter({ name: 'late', description: 'L.' }).inc(amount);
            slab.add('late');
          }
          if (kind === 'unregister') {
            const metric = collector.getMetric('late') as MetricBase | undefined;
            collector.unregisterMetric('late');
            if (metric !== undefined) slab.remove(metric);
          }
          // Between two looks of ours somebody else may look, when the collector has not found time to settle.
          // (A worker publishes anew only for a new reader, which has not seen anything before.)
          if (kind === 'peek' && isPublishedOnce) slab.read();
          if (kind === 'read') looks.push([settledAndShown(), direct.show(read(collector))]);
        }
        looks.push([settledAndShown(), direct.show(read(collector))]);
        expect(looks.map(([seen]) => seen)).toEqual(looks.map(([, held]) => held));
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ['text', false],
    ['bytes', true],
  ])('through a channel that carries %s is what was sent, message by message', (_, carriesBytes) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100, size: 'max' }), (steps) => {
        const clock = new ManualClock();
        const collector = start(clock);
        const channel = new Channel(carriesBytes);
        const [arrived, direct] = [new Destination(clock), new Destination(clock)];
        for (const { kind, label: l, value: amount } of steps) {
          record(collector, kind, l, amount);
          // Two incarnations of a series are told apart by the time they began.
          clock.advance(1);
          if (kind === 'wait') clock.advance(amount % 4_000);
          if (kind === 'again') channel.reset();
          if (kind === 'define') collector.counter({ name: 'late', description: 'L.' }).inc(amount);
          if (kind === 'unregister') collector.unregisterMetric('late');
          if (kind !== 'read') continue;
          const families = read(collector);
          expect(arrived.show(channel.send(families, clock.now()))).toEqual(direct.show(families));
        }
        const families = read(collector);
        expect(arrived.show(channel.send(families, clock.now()))).toEqual(direct.show(families));
      }),
      { numRuns: 20 },
    );
  });

  it('takes hardly any bytes where little or nothing has changed', () => {
    const clock = new ManualClock();
    const collector = new MetricsCollector({ clock });
    const counter = collector.counter({ name: 'c_total', description: 'C.', labels: ['l'] });
    for (let n = 0; n < 5_000; n++) counter.inc({ l: `series ${n}` });
    const writer = new SnapshotWriter();
    const bytes = (): number => JSON.stringify(writer.write(read(collector), clock.now())).length;
    const first = bytes();
    counter.inc({ l: 'series 17' });
    const second = bytes();
    expect(bytes()).toBeLessThan(300);
    expect(second).toBeLessThan(first / 100);
  });
});
