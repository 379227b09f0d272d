import { describe, expect, it, jest } from '@jest/globals';
import { MetricsCollector, type MetricsError } from '@bduf/metrics-core';
import type { LabelSet, Metric } from '@bduf/metrics-core/interfaces';
import { ManualClock } from '@bduf/metrics-core/primitives';

function quiet(): { collector: MetricsCollector; errors: MetricsError[]; clock: ManualClock } {
  const errors: MetricsError[] = [];
  const clock = new ManualClock();
  return { collector: new MetricsCollector({ clock, onError: (error) => errors.push(error) }), errors, clock };
}

/** Series as `value{labels}` texts, for short expectations. */
function shown(metric: Metric | undefined): readonly string[] {
  return (metric?.values() ?? []).map(({ value, labels }) => `${value}${labels ? JSON.stringify(labels) : ''}`);
}

/** Counts of one self-metric by reason. */
function problems(collector: MetricsCollector, name: 'metrics_dropped_total' | 'metrics_adjusted_total'): object {
  const values = collector.getMetric(name)?.values() ?? [];
  return Object.fromEntries(values.map(({ labels, value }) => [`${labels?.['metric']} ${labels?.['reason']}`, value]));
}

/** What untyped callers pass. */
const untyped = (labels: unknown): LabelSet => labels as LabelSet;

describe('a counter', () => {
  it('adds amounts, by default one', () => {
    const { collector } = quiet();
    const plain = collector.counter({ name: 'a_total', description: 'A.' });
    plain.inc();
    plain.inc(2.5);
    plain.inc(0);
    expect(shown(plain)).toEqual(['3.5']);
    const labelled = collector.counter({ name: 'b_total', description: 'B.', labels: ['x'] });
    labelled.inc({ x: 'p' });
    labelled.inc({ x: 'q' }, 4);
    labelled.labels({ x: 'p' }).inc(2);
    expect(shown(labelled)).toEqual(['3{"x":"p"}', '4{"x":"q"}']);
  });

  it.each([[-1], [Number.NaN], [Infinity], ['5'], [5n], [null]])('drops %p and counts it', (amount) => {
    const { collector, errors } = quiet();
    const plain = collector.counter({ name: 'a_total', description: 'A.' });
    const labelled = collector.counter({ name: 'b_total', description: 'B.', labels: ['x'] });
    plain.inc(amount as number);
    labelled.inc({ x: '1' }, amount as number);
    labelled.labels({ x: '1' }).inc(amount as number);
    collector.increment('b_total', { x: '1' }, amount as number);
    expect(shown(plain)).toEqual(['0']);
    expect(shown(labelled)).toEqual(['0{"x":"1"}']);
    expect(problems(collector, 'metrics_dropped_total')).toEqual({
      'a_total invalid_value': 1,
      'b_total invalid_value': 3,
    });
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringContaining(String(amount)),
      expect.stringContaining(String(amount)),
    ]);
  });

  it('does not create a series for an amount that it drops', () => {
    const { collector } = quiet();
    const labelled = collector.counter({ name: 'b_total', description: 'B.', labels: ['x'] });
    labelled.inc({ x: 'new' }, -1);
    expect(shown(labelled)).toEqual([]);
  });
});

describe('a gauge', () => {
  it('is set, raised and lowered, also by its children', () => {
    const { collector } = quiet();
    const gauge = collector.gauge({ name: 'g', description: 'G.', labels: ['x'] });
    gauge.set({ x: 'a' }, 10);
    gauge.inc({ x: 'a' });
    gauge.dec({ x: 'a' }, 4);
    const child = gauge.labels({ x: 'b' });
    child.set(1);
    child.inc(2);
    child.dec();
    expect(shown(gauge)).toEqual(['7{"x":"a"}', '2{"x":"b"}']);
  });

  it('holds NaN and infinities, which are legal, and refuses what is not a number', () => {
    const { collector } = quiet();
    const gauge = collector.gauge({ name: 'g', description: 'G.' });
    for (const value of [Number.NaN, Infinity, -Infinity, -0]) {
      gauge.set(value);
      expect(gauge.values()[0]?.value).toBe(value + 0);
    }
    gauge.set('7' as unknown as number);
    expect(shown(gauge)).toEqual(['0']);
    expect(problems(collector, 'metrics_dropped_total')).toEqual({ 'g invalid_value': 1 });
  });
});

describe('a histogram', () => {
  it('counts each value in the first bucket whose bound is not below it', () => {
    const { collector } = quiet();
    const histogram = collector.histogram({ name: 'h', description: 'H.', buckets: [-1, 0, 0.1, 1] });
    for (const value of [-5, -1, -0.5, 0, 0.05, 0.1, 0.5, 1, 1.5]) histogram.observe(value);
    const [block] = histogram.read().blocks;
    expect([...(block?.values ?? [])]).toEqual([2, 2, 2, 2, 1, expect.closeTo(-3.35, 12)]);
    expect(histogram.values()[0]?.value).toBe(9);
  });

  it.each([[Number.NaN], [Infinity], [-Infinity], ['1']])('drops %p and counts it', (value) => {
    const { collector } = quiet();
    const histogram = collector.histogram({ name: 'h', description: 'H.', labels: ['x'] });
    histogram.observe({ x: '1' }, value as number);
    histogram.labels({ x: '1' }).observe(value as number);
    expect(shown(histogram)).toEqual(['0{"x":"1"}']);
    expect(problems(collector, 'metrics_dropped_total')).toEqual({ 'h invalid_value': 2 });
  });

  it('keeps native buckets beside the explicit ones', () => {
    const { collector } = quiet();
    const histogram = collector.histogram({ name: 'h', description: 'H.', buckets: [1], native: { schema: 0 } });
    for (const value of [0, 0.5, 1, 1.5, 2, 3, -4]) histogram.observe(value);
    const native = histogram.read().blocks[0]?.native;
    expect(native && [...native.zeroCounts]).toEqual([1]);
    expect(native && [...native.positiveIndexes]).toEqual([-1, 0, 1, 2]);
    expect(native && [...native.positiveCounts]).toEqual([1, 1, 2, 1]);
    expect(native && [...native.negativeIndexes]).toEqual([2]);
  });
});

describe('a summary', () => {
  it('reports quantiles of the window, sum and count since the start', () => {
    const { collector, clock } = quiet();
    const summary = collector.summary({
      name: 's',
      description: 'S.',
      quantiles: [0, 0.5, 1],
      maxAgeMs: 60_000,
      ageBuckets: 3,
    });
    for (let value = 1; value <= 101; value++) summary.observe(value);
    expect(row(summary)).toEqual([near(1), near(51), near(101), 5151, 101]);
    clock.advance(40_000);
    summary.observe(1000);
    expect(row(summary)[2]).toEqual(near(1000));
    clock.advance(20_000);
    expect(row(summary).slice(0, 2)).toEqual([near(1000), near(1000)]);
    clock.advance(60_000);
    expect(row(summary)).toEqual([Number.NaN, Number.NaN, Number.NaN, 6151, 102]);
  });

  it('stops its timer when the metric goes', () => {
    const { collector, clock } = quiet();
    collector.summary({ name: 's', description: 'S.' });
    expect(clock.pendingTimers).toBe(1);
    collector.unregisterMetric('s');
    expect(clock.pendingTimers).toBe(0);
  });

  const row = (metric: Metric): readonly number[] => [...(metric.read().blocks[0]?.values ?? [])];
  const near = (value: number): unknown => {
    const asymmetric: { asymmetricMatch(actual: unknown): boolean } = {
      asymmetricMatch: (actual) => typeof actual === 'number' && Math.abs(actual - value) <= value * 0.0109,
    };
    return asymmetric;
  };
});

describe('info and state sets', () => {
  it('show facts as 1 and states as 1 or 0', () => {
    const { collector } = quiet();
    const info = collector.info({ name: 'build_info', description: 'Build.', labels: ['version'] });
    info.set({ version: '1.2' });
    info.set({ version: '1.2' });
    expect(shown(info)).toEqual(['1{"version":"1.2"}']);
    const states = collector.stateSet({ name: 'feature', description: 'F.', states: ['a', 'b'], labels: ['x'] });
    states.set({ x: '1' }, 'b');
    states.toggle({ x: '2' }, 'a', true);
    expect(shown(states)).toEqual([
      '0{"x":"1","feature":"a"}',
      '1{"x":"1","feature":"b"}',
      '1{"x":"2","feature":"a"}',
      '0{"x":"2","feature":"b"}',
    ]);
    const plain = collector.stateSet({ name: 'mode', description: 'M.', states: ['on', 'off'] });
    plain.set('off');
    expect(shown(plain)).toEqual(['0{"mode":"on"}', '1{"mode":"off"}']);
    plain.set('maybe' as 'on');
    expect(problems(collector, 'metrics_dropped_total')).toEqual({ 'mode invalid_value': 1 });
  });
});

describe('recording by name', () => {
  it('reaches the same series as the instrument', () => {
    const { collector } = quiet();
    collector.registerMetric({ name: 'c_total', type: 'counter', description: 'C.', labels: ['x'] });
    collector.registerMetric({ name: 'g', type: 'gauge', description: 'G.' });
    collector.registerMetric({ name: 'h', type: 'histogram', description: 'H.' });
    collector.increment('c_total', { x: '1' });
    collector.increment('c_total', { x: '1' }, 2);
    collector.increment('g');
    collector.decrement('g', undefined, 3);
    collector.set('g', 5);
    collector.decrement('g', {}, 1);
    collector.observe('h', 1);
    expect(collector.getAllMetrics().map((metric) => [metric.name, shown(metric)])).toEqual([
      ['c_total', ['3{"x":"1"}']],
      ['g', ['4']],
      ['h', ['1']],
      ['metrics_adjusted_total', []],
      ['metrics_callback_failures_total', []],
      ['metrics_dropped_total', []],
    ]);
  });

  it('drops an unknown name, never creates it, and suggests the nearest', () => {
    const { collector, errors } = quiet();
    collector.registerMetric({ name: 'orders_total', type: 'counter', description: 'O.' });
    collector.increment('order_total');
    collector.observe('nothing_like_it', 1);
    collector.set('order_total', 1);
    collector.decrement('order_total');
    collector.startTimer('order_total').stop();
    expect(collector.getMetric('order_total')).toBeUndefined();
    expect(problems(collector, 'metrics_dropped_total')).toEqual({ '_OTHER unknown_metric': 5 });
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringContaining('did you mean orders_total?'),
      expect.not.stringContaining('did you mean'),
    ]);
  });

  it('drops an operation that the type does not have', () => {
    const { collector } = quiet();
    collector.registerMetric({ name: 'c_total', type: 'counter', description: 'C.' });
    collector.registerMetric({ name: 'g', type: 'gauge', description: 'G.' });
    collector.registerMetric({ name: 'h', type: 'histogram', description: 'H.' });
    collector.decrement('c_total');
    collector.set('c_total', 1);
    collector.observe('c_total', 1);
    collector.observe('g', 1);
    collector.increment('h');
    expect(problems(collector, 'metrics_dropped_total')).toEqual({
      'c_total wrong_operation': 3,
      'g wrong_operation': 1,
      'h wrong_operation': 1,
    });
  });

  it('refuses labels on a metric that has none', () => {
    const { collector } = quiet();
    collector.registerMetric({ name: 'c_total', type: 'counter', description: 'C.' });
    collector.increment('c_total', { x: '1' });
    expect(shown(collector.getMetric('c_total'))).toEqual(['0']);
    expect(problems(collector, 'metrics_dropped_total')).toEqual({ 'c_total unknown_label': 1 });
  });
});

describe('timers', () => {
  it('observe the time once, in the unit of the metric', () => {
    const { collector, clock } = quiet();
    const seconds = collector.histogram({ name: 's', description: 'S.', labels: ['a', 'outcome'], unit: 'seconds' });
    const millis = collector.summary({ name: 'ms', description: 'M.', unit: 'milliseconds' });
    const timer = seconds.startTimer({ a: '1' });
    const other = millis.startTimer();
    clock.advance(250);
    expect(timer.stop({ outcome: 'ok' })).toBe(0.25);
    clock.advance(250);
    expect(timer.stop({ outcome: 'late' })).toBe(0.25);
    expect(other.stop()).toBe(500);
    expect(shown(seconds)).toEqual(['1{"a":"1","outcome":"ok"}']);
    expect(millis.read().blocks[0]?.values.slice(-2)).toEqual(Float64Array.of(500, 1));
  });

  it('end with the block in `using` style', () => {
    const { collector, clock } = quiet();
    const histogram = collector.histogram({ name: 's', description: 'S.' });
    const timer = histogram.labels({}).startTimer();
    clock.advance(1000);
    timer[Symbol.dispose]();
    expect(histogram.values()[0]?.value).toBe(1);
  });

  it('recordDuration observes also when the promise rejects, and passes the very same error on', async () => {
    const { collector, clock } = quiet();
    collector.registerMetric({ name: 's', type: 'histogram', description: 'S.', buckets: [1] });
    const failure = new Error('no');
    const failing = collector.recordDuration('s', async () => {
      clock.advance(2000);
      return Promise.reject(failure);
    });
    await expect(failing).rejects.toBe(failure);
    await expect(collector.recordDuration('s', () => Promise.resolve(7))).resolves.toBe(7);
    const throwing = (): Promise<never> => {
      throw failure;
    };
    await expect(collector.recordDuration('s', throwing)).rejects.toBe(failure);
    expect([...(collector.getMetric('s')?.read().blocks[0]?.values ?? [])]).toEqual([2, 1, 2]);
  });
});

describe('labels', () => {
  it('in any spelling of the same text are one series', () => {
    const { collector } = quiet();
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['code', 'flag'] });
    for (const code of ['200', 200, 200n]) counted.inc({ code, flag: true });
    counted.inc({ code: 200, flag: 'true' });
    expect(shown(counted)).toEqual(['4{"code":"200","flag":"true"}']);
  });

  it('that are missing, undefined, null or empty are one series, and counted', () => {
    const { collector } = quiet();
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['a'] });
    for (const labels of [{}, { a: undefined }, { a: null }, { a: '' }]) counted.inc(untyped(labels) as { a: string });
    expect(shown(counted)).toEqual(['4{"a":""}']);
    expect(problems(collector, 'metrics_adjusted_total')).toEqual({ 'c_total missing_label': 3 });
  });

  it('are copied: the caller may reuse and change the object', () => {
    const { collector } = quiet();
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['a'] });
    const labels = { a: 'first' };
    counted.inc(labels);
    const child = counted.labels(labels);
    labels.a = 'second';
    counted.inc(labels);
    child.inc(10);
    expect(shown(counted)).toEqual(['11{"a":"first"}', '1{"a":"second"}']);
  });

  it('outside a closed list become _OTHER', () => {
    const { collector } = quiet();
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: { m: ['GET', 'POST'] } });
    counted.inc({ m: 'BREW' as 'GET' });
    counted.inc({ m: 5 as unknown as 'GET' });
    counted.inc({ m: 5 as unknown as 'GET' });
    expect(shown(counted)).toEqual(['0{"m":"GET"}', '0{"m":"POST"}', '3{"m":"_OTHER"}']);
    expect(problems(collector, 'metrics_adjusted_total')).toEqual({ 'c_total label_value_not_allowed': 3 });
  });

  it('that are too long are cut, and lone surrogates replaced', () => {
    const { collector } = quiet();
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['a'] });
    counted.inc({ a: 'x'.repeat(5000) });
    counted.inc({ a: 'a\uD800b' });
    counted.inc({ a: 'a\uFFFDb' });
    expect(counted.values().map(({ labels, value }) => [labels?.['a']?.length, value])).toEqual([
      [1024, 1],
      [3, 2],
    ]);
  });

  it('of objects that play tricks are refused without a throw', () => {
    const { collector } = quiet();
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['a'] });
    const throwing = {
      get a(): string {
        throw new Error('trap');
      },
    };
    const badText = {
      a: {
        toString: () => {
          throw new Error('no text');
        },
      },
    };
    const refused = [
      null,
      5,
      'a',
      () => 1,
      throwing,
      badText,
      { a: Symbol('s') },
      { a: Object.create(null) as object },
    ];
    for (const labels of [...refused, { a: '1', b: '2' }, new Proxy({ a: '1' }, { ownKeys: () => ['b'] })]) {
      expect(() => counted.inc(untyped(labels) as { a: string })).not.toThrow();
    }
    expect(problems(collector, 'metrics_dropped_total')).toMatchObject({ 'c_total invalid_labels': refused.length });
    expect(counted.values().filter(({ labels }) => labels?.['a'] !== '1')).toEqual([]);
  });

  it('of a null-prototype object and of a class instance are read like any other', () => {
    const { collector } = quiet();
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['a'] });
    counted.inc(Object.assign(Object.create(null) as { a: string }, { a: '1' }));
    class Labels {
      readonly a = '1';
    }
    counted.inc(new Labels());
    expect(shown(counted)).toEqual(['2{"a":"1"}']);
  });
});

describe('problems', () => {
  it('are reported once for each metric and reason', () => {
    const { collector, errors } = quiet();
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['a'] });
    for (let i = 0; i < 5; i++) counted.inc(untyped({ b: '1' }) as { a: string });
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).toBe('Metric c_total: the metric has no label "b"; it has a (unknown_label).');
    expect(problems(collector, 'metrics_dropped_total')).toEqual({ 'c_total unknown_label': 5 });
  });

  it('become process warnings unless onError is given', () => {
    const emitWarning = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    try {
      new MetricsCollector().increment('nope');
      expect(emitWarning).toHaveBeenCalledWith(
        expect.stringContaining('nope'),
        expect.objectContaining({ code: 'METRICS_ERR_RECORD_REFUSED' }),
      );
    } finally {
      emitWarning.mockRestore();
    }
  });

  it('do not reach the caller when onError throws', () => {
    const onError = (): never => {
      throw new Error('handler');
    };
    const collector = new MetricsCollector({ onError });
    expect(() => collector.increment('nope')).not.toThrow();
  });

  it('throw in a strict collector, every time', () => {
    const collector = new MetricsCollector({ strict: true });
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['a'] });
    for (const act of [
      () => collector.increment('nope'),
      () => collector.increment('nope'),
      () => counted.inc({ a: '1' }, -1),
      () => counted.inc(untyped({}) as { a: string }),
      () => counted.inc(untyped({ a: '1', b: '2' }) as { a: string }),
    ]) {
      expect(act).toThrow(expect.objectContaining({ code: 'METRICS_ERR_RECORD_REFUSED' }));
    }
    expect(shown(counted)).toEqual([]);
  });
});
