import { describe, expect, it, jest } from '@jest/globals';
import { MetricsCollector, type MetricsError } from '@bduf/metrics-core';
import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import { ManualClock } from '@bduf/metrics-core/primitives';

function quiet(): { collector: MetricsCollector; clock: ManualClock; errors: MetricsError[] } {
  const clock = new ManualClock();
  const errors: MetricsError[] = [];
  return { clock, errors, collector: new MetricsCollector({ clock, onError: (error) => errors.push(error) }) };
}

/** Visible values of a family by the text of its first label. */
function valuesOf(families: readonly MetricFamily[], name: string): Record<string, number> | undefined {
  const family = families.find((candidate) => candidate.name === name);
  if (family === undefined) return undefined;
  const values: Record<string, number> = {};
  for (const block of family.blocks) {
    for (let row = 0; row < block.rowCount; row++) {
      const label = family.labelValues[0]?.[block.labelIds[row * family.labelNames.length] ?? 0] ?? '';
      if (block.hidden?.[row] !== 1) values[label] = block.values[row] ?? NaN;
    }
  }
  return values;
}

function failures(collector: MetricsCollector): Record<string, number> {
  const values = collector.getMetric('metrics_callback_failures_total')?.values() ?? [];
  return Object.fromEntries(values.map(({ labels, value }) => [`${labels?.['metric']} ${labels?.['reason']}`, value]));
}

describe('a collect callback', () => {
  it('gives the values at each read-out; series that it stops reporting disappear', async () => {
    const { collector } = quiet();
    const queues = new Map([
      ['a', 1],
      ['b', 2],
    ]);
    collector.gauge({
      name: 'queue_size',
      description: 'Q.',
      labels: ['queue'],
      collect: ({ set }) => {
        for (const [queue, size] of queues) set({ queue }, size);
      },
    });
    expect(valuesOf(await collector.gather(), 'queue_size')).toEqual({ a: 1, b: 2 });
    queues.delete('a');
    queues.set('b', 3);
    expect(valuesOf(await collector.gather(), 'queue_size')).toEqual({ b: 3 });
    expect(valuesOf(collector.gatherSync(), 'queue_size')).toEqual({ b: 3 });
    queues.set('a', 9);
    expect(valuesOf(collector.gatherSync(), 'queue_size')).toEqual({ a: 9, b: 3 });
  });

  it('of a counter reports its total; of an unlabelled gauge nothing until it speaks', async () => {
    const { collector } = quiet();
    let total = 5;
    let ratio: number | undefined;
    collector.counter({ name: 'bytes_total', description: 'B.', collect: ({ set }) => set(total) });
    collector.gauge({
      name: 'ratio',
      description: 'R.',
      collect: ({ set }) => {
        if (ratio !== undefined) set(ratio);
      },
    });
    expect(valuesOf(await collector.gather(), 'bytes_total')).toEqual({ '': 5 });
    expect(valuesOf(await collector.gather(), 'ratio')).toBeUndefined();
    total = 7;
    ratio = 0;
    expect(valuesOf(await collector.gather(), 'bytes_total')).toEqual({ '': 7 });
    expect(valuesOf(await collector.gather(), 'ratio')).toEqual({ '': 0 });
  });

  it('that throws or rejects leaves out its own metric only, and is counted and reported once', async () => {
    const { collector, errors } = quiet();
    const cause = new Error('pool is gone');
    let isBroken = false;
    collector.gauge({
      name: 'throwing',
      description: 'T.',
      collect: ({ set }) => {
        set(1);
        if (isBroken) throw cause;
      },
    });
    collector.gauge({
      name: 'rejecting',
      description: 'R.',
      collect: async ({ set }) => {
        set(1);
        await Promise.resolve();
        if (isBroken) throw cause;
      },
    });
    collector.gauge({ name: 'fine', description: 'F.' }).set(3);
    await collector.gather();
    isBroken = true;
    const families = await collector.gather();
    await collector.gather();
    expect(['throwing', 'rejecting', 'fine'].map((name) => valuesOf(families, name))).toEqual([
      undefined,
      undefined,
      { '': 3 },
    ]);
    expect(failures(collector)).toEqual({ 'throwing error': 2, 'rejecting error': 2 });
    expect(errors.map(({ code, cause: reported }) => [code, reported])).toEqual([
      ['METRICS_ERR_CALLBACK_FAILED', cause],
      ['METRICS_ERR_CALLBACK_FAILED', cause],
    ]);
  });

  it('that takes too long is aborted, left out, and not started again while it works', async () => {
    const { collector, clock } = quiet();
    const finish: (() => void)[] = [];
    const signals: AbortSignal[] = [];
    const collect = jest.fn(({ set, signal }: { set: (value: number) => void; signal: AbortSignal }) => {
      signals.push(signal);
      return new Promise<void>((resolve) => {
        finish.push(() => {
          set(42);
          resolve();
        });
      });
    });
    collector.gauge({ name: 'slow', description: 'S.', collect, collectTimeoutMs: 100 });
    const first = collector.gather();
    clock.advance(100);
    expect(valuesOf(await first, 'slow')).toBeUndefined();
    expect(signals[0]?.aborted).toBe(true);
    expect(valuesOf(await collector.gather(), 'slow')).toBeUndefined();
    expect(collect).toHaveBeenCalledTimes(1);
    expect(failures(collector)).toEqual({ 'slow timeout': 2 });
    finish[0]?.();
    await Promise.resolve();
    const second = collector.gather();
    finish[1]?.();
    expect(valuesOf(await second, 'slow')).toEqual({ '': 42 });
    expect(collect).toHaveBeenCalledTimes(2);
    expect(clock.pendingTimers).toBe(0);
  });

  it('is run once for read-outs at the same time', async () => {
    const { collector } = quiet();
    const finish: (() => void)[] = [];
    const collect = jest.fn(({ set }: { set: (value: number) => void }) => {
      set(1);
      return new Promise<void>((resolve) => finish.push(resolve));
    });
    collector.gauge({ name: 'g', description: 'G.', collect });
    const all = Promise.all([collector.gather(), collector.gather(), collector.gather()]);
    finish[0]?.();
    expect((await all).map((families) => valuesOf(families, 'g'))).toEqual([{ '': 1 }, { '': 1 }, { '': 1 }]);
    expect(collect).toHaveBeenCalledTimes(1);
  });

  it('is not waited for when the reader gives up, and not run for families nobody wants', async () => {
    const { collector } = quiet();
    const collect = jest.fn(() => new Promise<void>(() => undefined));
    collector.gauge({ name: 'hanging', description: 'H.', collect });
    collector.gauge({ name: 'fine', description: 'F.' }).set(1);
    expect(valuesOf(await collector.gather({ names: new Set(['fine']) }), 'fine')).toEqual({ '': 1 });
    expect(collect).not.toHaveBeenCalled();
    const controller = new AbortController();
    const gathered = collector.gather({ signal: controller.signal });
    controller.abort();
    expect(valuesOf(await gathered, 'fine')).toEqual({ '': 1 });
    expect(valuesOf(await collector.gather({ signal: AbortSignal.abort() }), 'fine')).toEqual({ '': 1 });
  });

  it('of a metric defined again, as after a module reload, takes over', async () => {
    const { collector } = quiet();
    const define = (value: number): unknown =>
      collector.gauge({ name: 'g', description: 'G.', collect: ({ set }) => set(value) });
    define(1);
    define(2);
    expect(valuesOf(await collector.gather(), 'g')).toEqual({ '': 2 });
  });

  it('that reports nonsense loses only that', async () => {
    const { collector } = quiet();
    collector.counter({
      name: 'c_total',
      description: 'C.',
      labels: ['a'],
      collect: ({ set }) => {
        set({ a: 'negative' }, -1);
        set({ a: 'fine' }, 1);
        set({ b: 'unknown' } as unknown as { a: string }, 1);
      },
    });
    expect(valuesOf(await collector.gather(), 'c_total')).toMatchObject({ fine: 1 });
  });
});
