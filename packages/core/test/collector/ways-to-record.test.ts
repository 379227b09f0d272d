import { AsyncResource } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { counted, defaultCollector, MetricsCollector, runWithLabels, timed } from '@bduf/metrics-core';
import { ManualClock } from '@bduf/metrics-core/primitives';

function strict(): { collector: MetricsCollector; clock: ManualClock } {
  const clock = new ManualClock();
  return { clock, collector: new MetricsCollector({ clock, strict: true }) };
}

describe('track', () => {
  it('times what returns, throws, resolves and rejects, with its outcome, and passes the result on', async () => {
    const { collector, clock } = strict();
    const histogram = collector.histogram({
      name: 'h_seconds',
      description: 'H.',
      labels: { tool: 'string', outcome: ['ok', 'error'] },
      buckets: [1],
    });
    const failure = new Error('no');
    const fail = (): never => {
      clock.advance(2000);
      throw failure;
    };
    expect(histogram.track({ tool: 'sync' }, () => 5)).toBe(5);
    expect(() => histogram.track({ tool: 'sync' }, fail)).toThrow(failure);
    await expect(histogram.track({ tool: 'async' }, () => Promise.resolve(6))).resolves.toBe(6);
    await expect(histogram.track({ tool: 'async' }, async () => setImmediate().then(fail))).rejects.toBe(failure);
    const series = histogram.values().map(({ labels, value }) => [labels?.['tool'], labels?.['outcome'], value]);
    expect(series).toEqual([
      ['sync', 'ok', 1],
      ['sync', 'error', 1],
      ['async', 'ok', 1],
      ['async', 'error', 1],
    ]);
    expect([...(histogram.read().blocks[0]?.values ?? [])].slice(3, 6)).toEqual([0, 1, 2]);
  });

  it('passes on a promise of its own, so that a rejection that nobody handles stays unhandled', async () => {
    const { collector } = strict();
    const summary = collector.summary({ name: 's', description: 'S.' });
    const failure = new Error('no');
    const original = Promise.reject(failure);
    const followed = summary.track(() => original);
    expect(followed).not.toBe(original);
    await expect(followed).rejects.toBe(failure);
    expect(summary.values()[0]?.value).toBe(1);
  });

  it('takes any thenable', () => {
    const { collector } = strict();
    const histogram = collector.histogram({ name: 'h', description: 'H.' });
    const seen: unknown[] = [];
    // oxlint-disable-next-line unicorn/no-thenable -- A foreign promise is what is tested.
    const thenable = { then: (onValue: (value: number) => unknown) => void seen.push(onValue(4)) };
    histogram.track(() => thenable);
    expect(seen).toEqual([4]);
    expect(histogram.values()[0]?.value).toBe(1);
  });
});

describe('decorators', () => {
  it('time and count methods and keep `this`, arguments and results', async () => {
    const { collector, clock } = strict();
    const histogram = collector.histogram({
      name: 'h',
      description: 'H.',
      labels: { op: 'string', outcome: ['ok', 'error'] },
    });
    const plain = collector.histogram({ name: 'p', description: 'P.' });
    const calls = collector.counter({ name: 'calls_total', description: 'C.', labels: ['op'] });
    class Store {
      readonly #factor = 10;

      @timed(histogram, { op: 'get' })
      @counted(calls, { op: 'get' }, 2)
      async get(key: number, add: number): Promise<number> {
        clock.advance(1000);
        await setImmediate();
        return key * this.#factor + add;
      }

      @timed(plain)
      fail(): never {
        throw new Error('no');
      }
    }
    await expect(new Store().get(4, 2)).resolves.toBe(42);
    expect(() => new Store().fail()).toThrow('no');
    expect(histogram.values().map(({ labels, value }) => [labels, value])).toEqual([[{ op: 'get', outcome: 'ok' }, 1]]);
    expect([calls.values()[0]?.value, plain.values()[0]?.value]).toEqual([2, 1]);
  });
});

describe('labels in scope', () => {
  it('fill in labels that a metric declares and a record leaves out', async () => {
    const { collector } = strict();
    const counter = collector.counter({
      name: 'c_total',
      description: 'C.',
      labels: { op: 'string', tenant: 'scope' },
    });
    const other = collector.counter({ name: 'o_total', description: 'O.', labels: ['op'] });
    counter.inc({ op: 'outside' });
    await runWithLabels({ tenant: 'gold', region: 'eu' }, async () => {
      await setImmediate();
      counter.inc({ op: 'a' });
      counter.inc({ op: 'a', tenant: 'given' });
      other.inc({ op: 'a' });
      runWithLabels({ tenant: 'inner' }, () => counter.inc({ op: 'a' }));
      collector.increment('c_total', { op: 'a' });
    });
    expect(counter.values().map(({ labels, value }) => `${labels?.['op']} ${labels?.['tenant']} ${value}`)).toEqual([
      'outside  1',
      'a gold 2',
      'a given 1',
      'a inner 1',
    ]);
    expect(other.values()).toHaveLength(1);
  });

  it('are those of the caller, not of the child that was bound elsewhere', () => {
    const { collector } = strict();
    const counter = collector.counter({ name: 'c_total', description: 'C.', labels: { tenant: 'scope' } });
    const child = runWithLabels({ tenant: 'gold' }, () => counter.labels({}));
    runWithLabels({ tenant: 'silver' }, () => child.inc());
    expect(counter.values()[0]?.labels).toEqual({ tenant: 'gold' });
  });

  it('do not leak into what was started outside', () => {
    const { collector } = strict();
    const counter = collector.counter({ name: 'c_total', description: 'C.', labels: { tenant: 'scope' } });
    const outside = new AsyncResource('test');
    runWithLabels({ tenant: 'gold' }, () => outside.runInAsyncScope(() => counter.inc({})));
    expect(counter.values()[0]?.labels).toEqual({ tenant: '' });
  });
});

describe('the default collector', () => {
  it('is one, also for another copy of the module', async () => {
    const collector = defaultCollector();
    expect(defaultCollector()).toBe(collector);
    jest.resetModules();
    const copy = await import('@bduf/metrics-core');
    expect(copy.defaultCollector()).toBe(collector);
  });
});
