import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  type OpenMetricsJudge,
  openMetricsJudge,
  promtoolCheckMetrics,
  promtoolCheckRules,
  promtoolTestRules,
} from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';

await describeWithBackends(['promtool'], 'promtool', () => {
  it('accepts an exposition that follows the rules', async () => {
    const text = '# HELP tea_total Cups.\n# TYPE tea_total counter\ntea_total 3\n';
    expect(await promtoolCheckMetrics(text)).toEqual({ ok: true, problems: [] });
  });

  it.each([
    ['a syntax error', 'tea 1 x y\n', /line 1/],
    ['a missing help text', 'tea 1\n', /tea no help text/],
    ['a counter without _total', '# HELP tea Cups.\n# TYPE tea counter\ntea 3\n', /tea .*_total/],
    ['a second type line', '# TYPE tea gauge\n# TYPE tea gauge\ntea 3\n', /second TYPE/],
    ['a missing end of line', 'tea 1', /unexpected end/],
  ])('finds %s', async (_, text, problem) => {
    const { ok, problems } = await promtoolCheckMetrics(text);
    expect(ok).toBe(false);
    expect(problems.join('\n')).toMatch(problem);
  });

  const rules = 'groups: [{ name: g, rules: [{ alert: Full, expr: disk > 90, for: 2m }] }]';

  it('judges rules', async () => {
    expect(await promtoolCheckRules(rules)).toEqual({ ok: true, problems: [] });
    const broken = await promtoolCheckRules(rules.replace('disk > 90', 'disk >'));
    expect(broken.ok).toBe(false);
    expect(broken.problems.join('\n')).toMatch(/could not parse expression/);
  });

  it('runs unit tests of rules', async () => {
    expect(await promtoolTestRules({ rules, tests: firing(2) })).toEqual({ ok: true, problems: [] });
    const early = await promtoolTestRules({ rules, tests: firing(1) });
    expect(early.ok).toBe(false);
    expect(early.problems.join('\n')).toMatch(/alertname: ?Full/);
  });
});

await describeWithBackends(['openmetrics-judge'], 'openMetricsJudge', () => {
  let judge: OpenMetricsJudge;
  beforeAll(async () => {
    judge = await openMetricsJudge();
  });
  afterAll(() => judge.close());

  it('reads families, samples and exemplars', async () => {
    const document = [
      '# TYPE tea_seconds histogram',
      '# UNIT tea_seconds seconds',
      '# HELP tea_seconds Time to brew.',
      'tea_seconds_bucket{kind="gr\\"ün",le="1.0"} 1 # {trace_id="t1"} 0.5 1700000000.25',
      'tea_seconds_bucket{kind="gr\\"ün",le="+Inf"} 2',
      'tea_seconds_count{kind="gr\\"ün"} 2',
      'tea_seconds_sum{kind="gr\\"ün"} 7.5',
      '# TYPE heat gauge',
      'heat NaN 1700000000.5',
      '# EOF',
      '',
    ];
    const labels = { kind: 'gr"ün' };
    const plain = { timestamp: undefined, exemplar: undefined };
    expect(await judge.judge(document.join('\n'))).toEqual({
      ok: true,
      families: [
        {
          name: 'tea_seconds',
          type: 'histogram',
          unit: 'seconds',
          help: 'Time to brew.',
          samples: [
            {
              name: 'tea_seconds_bucket',
              labels: { ...labels, le: '1.0' },
              value: 1,
              timestamp: undefined,
              exemplar: { labels: { trace_id: 't1' }, value: 0.5, timestamp: 1_700_000_000.25 },
            },
            { name: 'tea_seconds_bucket', labels: { ...labels, le: '+Inf' }, value: 2, ...plain },
            { name: 'tea_seconds_count', labels, value: 2, ...plain },
            { name: 'tea_seconds_sum', labels, value: 7.5, ...plain },
          ],
        },
        {
          name: 'heat',
          type: 'gauge',
          unit: '',
          help: '',
          samples: [{ name: 'heat', labels: {}, value: Number.NaN, timestamp: 1_700_000_000.5, exemplar: undefined }],
        },
      ],
    });
  });

  it.each([
    ['a missing end', '# TYPE a gauge\na 1\n', /EOF/],
    ['a counter without _total', '# TYPE a counter\na 1\n# EOF\n', /Clashing name/],
    ['buckets that are not cumulative', histogram(2, 1), /./],
    ['a count that is not that of +Inf', histogram(1, 2).replace('a_count 2', 'a_count 3'), /./],
    ['interleaved families', '# TYPE a gauge\n# TYPE b gauge\na 1\nb 1\na{x="y"} 1\n# EOF\n', /./],
    ['a negative counter', '# TYPE a counter\na_total -1\n# EOF\n', /./],
  ])('refuses %s', async (_, document, reason) => {
    expect((await judge.judge(histogram(1, 2))).ok).toBe(true);
    expect(await judge.judge(document)).toEqual({ ok: false, error: expect.stringMatching(reason) });
  });

  it('judges many documents at once, each for itself, whatever characters they hold', async () => {
    const documents = Array.from(
      { length: 300 },
      (_, index) => `# TYPE a gauge\na{x="\0 ${index}\u{1F375}"} ${index}\n# EOF\n`,
    );
    const verdicts = await Promise.all(documents.map((document) => judge.judge(document)));
    const seen = verdicts.map((verdict) => (verdict.ok ? verdict.families[0]?.samples[0] : verdict));
    expect(seen).toEqual(
      documents.map((_, index) => expect.objectContaining({ labels: { x: `\0 ${index}\u{1F375}` }, value: index })),
    );
    expect(await judge.judge(Buffer.from('# TYPE a gauge\na{x="\xff"} 1\n# EOF\n', 'latin1'))).toMatchObject({
      ok: false,
      error: expect.stringMatching(/UnicodeDecodeError/),
    });
  });

  it('judges the text format, too', async () => {
    const document = '# a comment\n\na{x="y",} 1 1700000000250\n';
    expect(await judge.judge(document)).toMatchObject({ ok: false });
    expect(await judge.judge(document, 'text')).toMatchObject({
      ok: true,
      families: [
        { name: 'a', type: 'unknown', samples: [{ labels: { x: 'y' }, value: 1, timestamp: 1_700_000_000.25 }] },
      ],
    });
  });

  it('refuses documents after it was closed', async () => {
    const other = await openMetricsJudge();
    const last = other.judge('# EOF\n');
    await other.close();
    expect(await last).toEqual({ ok: true, families: [] });
    await expect(other.judge('# EOF\n')).rejects.toThrow(/closed/);
  });
});

/** A histogram with one bound; well-formed when the first count is not above the second. */
function histogram(bucket: number, count: number): string {
  const lines = [
    '# TYPE a histogram',
    `a_bucket{le="1.0"} ${bucket}`,
    `a_bucket{le="+Inf"} ${count}`,
    `a_count ${count}`,
    'a_sum 3.0',
  ];
  return `${lines.join('\n')}\n# EOF\n`;
}

/** A test of the rule: the disk is full from the start, and the alert fires in this minute. */
const firing = (minute: number) => ({
  evaluation_interval: '1m',
  tests: [
    {
      interval: '1m',
      input_series: [{ series: 'disk', values: '95x10' }],
      alert_rule_test: [{ eval_time: `${minute}m`, alertname: 'Full', exp_alerts: [{}] }],
    },
  ],
});
