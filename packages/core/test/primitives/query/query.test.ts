import { promtoolCheckRules } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { describe, expect, it } from '@jest/globals';
import { AggregateOperator } from '@bduf/metrics-core/interfaces';
import { type Query, durationMs, durationText, query, toPromQl } from '@bduf/metrics-core/primitives';

const requests = query('http_requests_total');
const duration = query('http_request_duration_seconds');
const pool = query('database_connections_active');

/** A question, and its PromQL for classic and for native histograms; one text when both are the same. */
const QUESTIONS: readonly (readonly [question: Query, classic: string, native?: string])[] = [
  [pool, 'database_connections_active'],
  [pool.last().offset('1h'), 'database_connections_active offset 1h'],
  [
    requests
      .where({ method: 'GET', status_code: { matches: '5..' } })
      .rate('5m')
      .sumBy('route'),
    'sum by (route) (rate(http_requests_total{method="GET",status_code=~"5.."}[5m]))',
  ],
  [
    requests.where({ route: ['/a.b', '/c'], tenant: { not: 'x"y\n' }, zone: { not: ['a', 'b'] } }).increase(90_000),
    String.raw`increase(http_requests_total{route=~"/a\\.b|/c",tenant!="x\"y\n",zone!~"a|b"}[1m30s])`,
  ],
  [requests.where({ a: 'x' }).where({ b: { matchesNot: 'y+' } }), 'http_requests_total{a="x",b!~"y+"}'],
  [
    requests
      .where({ status_code: { matches: '5..' } })
      .increase('5m')
      .sum()
      .dividedBy(requests.increase('5m').sum(), { missing: 0 }),
    '(sum(increase(http_requests_total{status_code=~"5.."}[5m])) or group without () (sum(increase(http_requests_total[5m]))) * 0) / sum(increase(http_requests_total[5m]))',
  ],
  [
    duration.rate('5m').sumBy('route').quantile(0.95),
    'histogram_quantile(0.95, sum by (route, le) (rate(http_request_duration_seconds_bucket[5m])))',
    'histogram_quantile(0.95, sum by (route) (rate(http_request_duration_seconds[5m])))',
  ],
  [
    duration.rate('5m').sum().fractionAbove(0.3),
    'histogram_fraction(0.3, +Inf, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))',
    'histogram_fraction(0.3, +Inf, sum(rate(http_request_duration_seconds[5m])))',
  ],
  [
    duration
      .increase('1h')
      .aggregate(AggregateOperator.SUM, { without: ['pod'] })
      .average(),
    'sum without (pod) (increase(http_request_duration_seconds_sum[1h])) / sum without (pod) (increase(http_request_duration_seconds_count[1h]))',
    'histogram_avg(sum without (pod) (increase(http_request_duration_seconds[1h])))',
  ],
  [
    duration.rate('1m').average().times(1000).topK(3),
    'topk(3, (rate(http_request_duration_seconds_sum[1m]) / rate(http_request_duration_seconds_count[1m])) * 1000)',
    'topk(3, histogram_avg(rate(http_request_duration_seconds[1m])) * 1000)',
  ],
  [
    duration.rate('1m').count().plus(duration.rate('1m').total()),
    'rate(http_request_duration_seconds_count[1m]) + rate(http_request_duration_seconds_sum[1m])',
    'histogram_count(rate(http_request_duration_seconds[1m])) + histogram_sum(rate(http_request_duration_seconds[1m]))',
  ],
  [
    duration.sumOverTime('1m'),
    'sum_over_time(http_request_duration_seconds_count[1m])',
    'histogram_count(sum_over_time(http_request_duration_seconds[1m]))',
  ],
  [
    duration.countOverTime('1m'),
    'count_over_time(http_request_duration_seconds_count[1m])',
    'count_over_time(http_request_duration_seconds[1m])',
  ],
  [
    pool.predictLinear('1h', 1800).minus(20).bottomK(2, 'pool'),
    'bottomk by (pool) (2, predict_linear(database_connections_active[1h], 1800) - 20)',
  ],
  [pool.quantileOverTime('250ms', 0.5).maxBy(), 'max(quantile_over_time(0.5, database_connections_active[250ms]))'],
  [
    pool.avgOverTime('2w').avgBy('a', 'b').minus(pool.offset('7d').minOverTime('36h')),
    'avg by (a, b) (avg_over_time(database_connections_active[2w])) - min_over_time(database_connections_active[36h] offset 1w)',
  ],
  [
    pool.times(2).plus(1).dividedBy(pool.stddevOverTime('1m')),
    '((database_connections_active * 2) + 1) / stddev_over_time(database_connections_active[1m])',
  ],
  [pool.times(Infinity).plus(-1e-9).plus(NaN), '((database_connections_active * +Inf) + -1e-9) + NaN'],
  [
    query('my.metric').where({ 'a-b': 'x' }).rate('1m').sumBy('a-b'),
    'sum by ("a-b") (rate({"my.metric","a-b"="x"}[1m]))',
  ],
  [requests.irate('1m').countBy('route').minBy(), 'min(count by (route) (irate(http_requests_total[1m])))'],
  [
    requests.aggregate(AggregateOperator.QUANTILE, { by: ['route'] }, 0.9),
    'quantile by (route) (0.9, http_requests_total)',
  ],
  [
    pool.delta('1m').plus(pool.idelta('1m')).plus(pool.deriv('1m')),
    '(delta(database_connections_active[1m]) + idelta(database_connections_active[1m])) + deriv(database_connections_active[1m])',
  ],
  [
    pool.maxOverTime('1m').plus(pool.presentOverTime('1m')).plus(pool.stdvarOverTime('1m')),
    '(max_over_time(database_connections_active[1m]) + present_over_time(database_connections_active[1m])) + stdvar_over_time(database_connections_active[1m])',
  ],
  [
    pool.changes('1m').plus(pool.resets('1m')).plus(pool.lastOverTime('1m')),
    '(changes(database_connections_active[1m]) + resets(database_connections_active[1m])) + last_over_time(database_connections_active[1m])',
  ],
];

const histogramMetrics = ['http_request_duration_seconds'];

describe('questions', () => {
  it.each(QUESTIONS.map(([question, classic, native = classic]) => ({ question, classic, native })))(
    'print as $classic',
    ({ question, classic, native }) => {
      expect(toPromQl(question.expression, { histogramMetrics })).toBe(classic);
      expect(toPromQl(question.expression, { histogramMetrics, histograms: 'native' })).toBe(native);
    },
  );

  it('print themselves with classic histograms', () => {
    expect(String(duration.rate('5m').quantile(0.5))).toBe(
      'histogram_quantile(0.5, rate(http_request_duration_seconds_bucket[5m]))',
    );
  });

  it('show the buckets of classic histograms only', () => {
    const buckets = duration.rate('5m').sum().buckets().expression;
    expect(toPromQl(buckets)).toBe('sum by (le) (rate(http_request_duration_seconds_bucket[5m]))');
    expect(() => toPromQl(buckets, { histograms: 'native' })).toThrow('Ask for classic histograms');
    const extremes = duration.maxOverTime('5m').expression;
    expect(() => toPromQl(extremes, { histograms: 'native', histogramMetrics })).toThrow('max_over_time');
  });

  it('wrap a constant where PromQL insists on series', () => {
    const two = { kind: 'number', value: 2 } as const;
    expect(toPromQl({ kind: 'aggregate', op: 'sum', of: { kind: 'binary', op: '+', left: two, right: two } })).toBe(
      'sum(vector(2 + 2))',
    );
  });

  it('stay as they are when another one is made of them', () => {
    const before = JSON.stringify(requests.expression);
    requests.where({ a: 'b' }).rate('1m').sum();
    expect(JSON.stringify(requests.expression)).toBe(before);
  });

  it.each([
    ['a duration of another form', () => requests.rate('5 minutes'), '"5 minutes" is no duration'],
    ['a fraction of a millisecond', () => requests.rate(0.5), '0.5 is no duration'],
    ['a window without length', () => requests.rate(0), 'is 0 ms long'],
    ['units in the wrong order', () => requests.rate('5s1m'), '"5s1m" is no duration'],
    ['a quantile in percent', () => duration.quantile(95), 'is 95. Give a quantile from 0 to 1'],
    ['a quantile of numbers', () => requests.rate('1m').maxBy().quantile(0.9), 'applied to max, which gives numbers'],
    ['a quantile of counts', () => duration.changes('1m').quantile(0.9), 'applied to changes'],
    ['a quantile of a quotient', () => duration.dividedBy(2).quantile(0.9), 'a binary expression'],
    ['a pattern that PromQL refuses', () => requests.where({ a: { matches: '(' } }), 'lacks a ")"'],
    [
      'a condition of another form',
      () => requests.where({ a: {} as { not: string } }),
      'The condition on label "a" is {}',
    ],
    ['no series to keep', () => requests.topK(0), 'topk is 0'],
    [
      'two ways to group',
      () => requests.aggregate('sum', { by: ['a'], without: ['b'] }),
      'both "by" (a) and "without" (b)',
    ],
    ['nothing to look ahead', () => pool.predictLinear('1h', NaN), 'predict_linear is NaN'],
    ['nothing to compare with', () => duration.fractionAbove(NaN), 'fraction_above is NaN'],
    ['no metric', () => query(''), 'no metric name'],
  ])('refuse %s', (_title, ask, message) => {
    expect(ask).toThrow(
      expect.objectContaining({ code: 'METRICS_ERR_ARGUMENT_INVALID', message: expect.stringContaining(message) }),
    );
  });
});

describe('durations', () => {
  it.each([
    ['250ms', 250],
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['1y2w3d4h5m6s7ms', 33_019_506_007],
    [1500, 1500],
    ['0s', 0],
  ])('%s is %d ms', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });

  it.each([1, 999, 61_000, 3_600_000, 90_061_001, 604_800_000, 31_536_000_000, 86_400_000 * 15 + 1])(
    '%d ms survive text',
    (ms) => {
      expect(durationMs(durationText(ms))).toBe(ms);
    },
  );
});

await describeWithBackends(['promtool'], 'promtool', () => {
  it('accepts every question as a rule', async () => {
    const texts = QUESTIONS.flatMap(([, classic, native]) => (native === undefined ? [classic] : [classic, native]));
    const rules = texts.map((expr, at) => ({ record: `rule_${at}`, expr }));
    const { problems } = await promtoolCheckRules(JSON.stringify({ groups: [{ name: 'all', rules }] }));
    expect(problems).toEqual([]);
    expect(texts.length).toBeGreaterThan(25);
  });
});
