import { describe, expect, it } from '@jest/globals';
import {
  ApplicationMetricDefinitions,
  BusinessMetricDefinitions,
  type MetricDefinition,
  SystemMetricDefinitions,
} from '@bduf/metrics-core/interfaces';
import { familyOf, type FamilySpec, lintMetrics, metricMatchers, probeMetrics } from '@bduf/metrics-testkit';

function gathererOf(specs: readonly FamilySpec[]): {
  gatherSync: () => ReturnType<typeof familyOf>[];
  gather: () => Promise<never>;
} {
  return {
    gatherSync: () => specs.map((spec) => familyOf(spec)),
    gather: () => Promise.reject(new Error('A probe reads synchronously.')),
  };
}

describe('a probe', () => {
  it('tells what was recorded since it was made, over all series that match', () => {
    const specs: FamilySpec[] = [
      { name: 'a_total', type: 'counter', series: [{ labels: { x: '1', y: 'p' }, value: 5 }] },
      { name: 'h', type: 'histogram', upperBounds: [1], series: [{ buckets: [1, 1], sum: 4 }] },
    ];
    const probe = probeMetrics(gathererOf(specs));
    specs[0] = {
      name: 'a_total',
      type: 'counter',
      series: [
        { labels: { x: '1', y: 'p' }, value: 7 },
        { labels: { x: '1', y: 'q' }, value: 10 },
        { labels: { x: '2', y: 'q' }, value: 100 },
      ],
    };
    specs[1] = { name: 'h', type: 'histogram', upperBounds: [1], series: [{ buckets: [2, 4], sum: 9 }] };
    expect(probe.delta('a_total', { x: 1, y: 'p' })).toBe(2);
    expect(probe.delta('a_total', { x: '1' })).toBe(12);
    expect(probe.delta('a_total')).toBe(112);
    expect(probe.value('a_total')).toBe(117);
    expect(probe.delta('h')).toBe(4);
    expect(probe.delta('nothing')).toBe(0);
    probe.reset();
    expect(probe.delta('a_total')).toBe(0);
  });
});

describe('the linter', () => {
  it.each<[string, string, Partial<MetricDefinition>]>([
    ['snake-case', 'jobsTotal_total', {}],
    ['counter-total', 'jobs', {}],
    ['total-counter', 'jobs_total', { type: 'gauge' }],
    ['reserved-suffix', 'jobs_count', { type: 'gauge' }],
    ['reserved-suffix', 'jobs_info', { type: 'gauge' }],
    ['base-unit', 'job_milliseconds_total', {}],
    ['base-unit', 'job_time_total', { unit: 'hours' }],
    ['unit-suffix', 'job_time_total', { unit: 'seconds' }],
    ['type-in-name', 'job_counter_total', {}],
    ['description', 'jobs_total', { description: 'Jobs total' }],
    ['label-snake-case', 'jobs_total', { labels: ['queueName'] }],
    ['label-in-name', 'jobs_by_queue', { type: 'gauge', labels: ['queue'] }],
    ['series-bound', 'jobs_total', { labels: { a: ['1', '2', '3'], b: ['1', '2', '3', '4'] } }],
  ])('reports %s for %s', (rule, name, more) => {
    const definition: MetricDefinition = { name, type: 'counter', description: 'What it counts.', ...more };
    expect(lintMetrics([definition], { maxSeries: 10 }).map((problem) => problem.rule)).toContain(rule);
    expect(lintMetrics([definition], { maxSeries: 10, ignore: [rule] }).map((problem) => problem.rule)).not.toContain(
      rule,
    );
  });

  it('finds nothing in good definitions', () => {
    const good: readonly MetricDefinition[] = [
      {
        name: 'job_duration_seconds',
        type: 'histogram',
        description: 'Time a job took.',
        unit: 'seconds',
        labels: ['queue'],
      },
      { name: 'jobs_total', type: 'counter', description: 'Jobs that ended.', labels: { outcome: ['ok', 'error'] } },
      { name: 'sent_bytes_total', type: 'counter', description: 'Bytes sent.', unit: 'bytes' },
      { name: 'build_info', type: 'info', description: 'Version.', labels: ['version'] },
    ];
    expect(lintMetrics(good)).toEqual([]);
    expect(lintMetrics(good.map((definition) => ({ definition })))).toEqual([]);
  });

  it('leaves the names of the contract alone, and only those', () => {
    const contract: readonly MetricDefinition[] = [
      ApplicationMetricDefinitions,
      BusinessMetricDefinitions,
      SystemMetricDefinitions,
    ].flatMap((table) => Object.values<MetricDefinition>(table));
    expect(lintMetrics(contract)).toEqual([]);
    const renamed = contract.map((definition) => ({ ...definition, name: `my_${definition.name}` }));
    expect(new Set(lintMetrics(renamed).map(({ metric }) => metric))).toContain('my_project_duration_days');
  });
});

describe('matchers', () => {
  const exposing = { exportMetrics: () => '# TYPE a_total counter\na_total{x="1"} 2\n' };

  it('compare lines of the exposition', () => {
    expect(metricMatchers.toExpose(exposing, 'a_total{x="1"} 2').pass).toBe(true);
    expect(metricMatchers.toExpose(exposing.exportMetrics(), /^a_total\{.*\} \d$/).pass).toBe(true);
    const miss = metricMatchers.toExpose(exposing, 'a_total{x="1"} 3');
    expect(miss.pass).toBe(false);
    expect(miss.message()).toContain('a_total{x="1"} 2');
  });

  it('run the linter over a collector', () => {
    const metric = { definition: { name: 'jobs', type: 'counter', description: 'Jobs.' } };
    // Only `definition` is read.
    const collector = { getAllMetrics: () => [metric as never] };
    const result = metricMatchers.toPassMetricLint(collector);
    expect(result.pass).toBe(false);
    expect(result.message()).toContain('jobs: end the name of a counter in _total (counter-total)');
    expect(metricMatchers.toPassMetricLint(collector, { ignore: ['counter-total'] }).pass).toBe(true);
  });

  it('can be given to expect.extend', () => {
    expect.extend(metricMatchers);
    // The types of Jest do not know the matcher.
    const check = (line: string): void =>
      (expect as unknown as (value: unknown) => { toExpose: (line: string) => void })(exposing).toExpose(line);
    expect(() => check('a_total{x="1"} 2')).not.toThrow();
    expect(() => check('nothing')).toThrow('nothing');
  });
});
