import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type InstantSeries, type PrometheusServer, type ScrapeTarget, pollUntil, start } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MetricsCollector } from '@bduf/metrics-core';
import type { MetricEncoder, MetricFamily } from '@bduf/metrics-core/interfaces';
import {
  MetricsExporter,
  OpenMetricsTextEncoder,
  PrometheusProtobufEncoder,
  PrometheusTextEncoder,
} from '@bduf/metrics-exporters';
import { encodeBytes } from '../support.ts';
import { type ExpectedSample, expectedSamples, readRegistry, registry } from './random-registry.ts';

const REGISTRIES = 100;
const SEED = Number(process.env['FC_SEED'] ?? Date.now() % 1_000_000);
/** Label that tells the targets apart; long enough for no random label to have its name. */
const CASE_LABEL = 'bduf_test_case';
const OWN_LABELS = new Set([CASE_LABEL, '__name__', 'instance', 'job']);
/** Series that Prometheus adds to each scrape. */
const SCRAPE_SERIES = /^(up|scrape_\w+)$/;

const ENCODERS: Readonly<Record<string, MetricEncoder>> = {
  text: new PrometheusTextEncoder(),
  openmetrics: new OpenMetricsTextEncoder(),
  protobuf: new PrometheusProtobufEncoder(),
};

async function listen(handler: (req: IncomingMessage, res: ServerResponse) => void): Promise<Server> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function targetOf(server: Server): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A sample as one line of text. Labels without value are none to Prometheus, and bounds have many spellings. */
function lineOf({ name, labels, value }: ExpectedSample): string {
  const pairs = Object.entries(labels)
    .filter(([, text]) => text !== '')
    .map(([label, text]) => [label, label === 'le' || label === 'quantile' ? boundText(text) : text] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${name} ${JSON.stringify(pairs)} ${value}`;
}

function boundText(text: string): string {
  return Number.isFinite(Number(text)) ? String(Number(text)) : text;
}

function readBack(series: readonly InstantSeries[]): readonly string[] {
  return series
    .filter(({ metric }) => !SCRAPE_SERIES.test(metric['__name__'] ?? ''))
    .map(({ metric, value }) => {
      const labels = Object.fromEntries(Object.entries(metric).filter(([label]) => !OWN_LABELS.has(label)));
      const number = value[1].replace('Inf', 'Infinity');
      return lineOf({ name: metric['__name__'] ?? '', labels, value: Number(number) + 0 });
    })
    .toSorted();
}

/** Samples that OpenMetrics cannot say: sums beside negative bounds, sums and quantiles below zero. */
function isSaid(families: readonly MetricFamily[], format: string): (sample: ExpectedSample) => boolean {
  if (format !== 'openmetrics') return () => true;
  const negativeSums = new Set<string>();
  const bounded = families.filter(({ type }) => type === 'histogram');
  for (const { name, labels, value } of expectedSamples(bounded, String)) {
    const family = bounded.find((candidate) => name === `${candidate.name}_sum`);
    if (family === undefined) continue;
    const isForbidden = value < 0 || family.upperBounds.some((bound) => bound < 0);
    if (isForbidden) negativeSums.add(JSON.stringify([family.name, labels]));
  }
  return ({ name, labels, value }) => {
    const isNegativeSum = ['_sum', '_count'].some((suffix) => {
      return name.endsWith(suffix) && negativeSums.has(JSON.stringify([name.slice(0, -suffix.length), labels]));
    });
    const summary = families.find(
      (family) => family.type === 'summary' && (name === family.name || name === `${family.name}_sum`),
    );
    return !isNegativeSum && !(summary !== undefined && value < 0);
  };
}

await describeWithBackends(['prometheus'], `a real Prometheus, registries of seed ${SEED}`, () => {
  const registries = fc.sample(registry, { numRuns: REGISTRIES, seed: SEED }).map(readRegistry);
  const servers: Server[] = [];
  let prometheus: PrometheusServer;
  let application: { collector: MetricsCollector; target: string };

  beforeAll(async () => {
    const documents = await listen((req, res) => {
      const [, at = '', format = ''] = (req.url ?? '').split('/');
      const families = registries[Number(at)];
      const encoder = ENCODERS[format];
      if (encoder === undefined || families === undefined) throw new Error(`nothing at ${req.url}`);
      res.setHeader('Content-Type', encoder.contentType);
      res.end(encodeBytes(encoder, families));
    });
    const collector = new MetricsCollector();
    const endpoint = await listen(new MetricsExporter(collector).createPrometheusEndpoint());
    servers.push(documents, endpoint);
    application = { collector, target: targetOf(endpoint) };
    prometheus = await start.prometheus({
      scrape: [application.target],
      interval: '1s',
      scrapeConfigs: [
        {
          job_name: 'registries',
          honor_labels: true,
          scrape_interval: '5s',
          scrape_timeout: '5s',
          static_configs: registries.flatMap((_, at) =>
            Object.keys(ENCODERS).map((format) => ({
              targets: [targetOf(documents)],
              labels: { __metrics_path__: `/${at}/${format}`, [CASE_LABEL]: `${at}/${format}` },
            })),
          ),
        },
      ],
    });
  });

  afterAll(async () => {
    await prometheus.stop();
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('stores random registries in every format as they were recorded', async () => {
    const targets = await pollUntil(
      async () => {
        const all = (await prometheus.targets()).filter(({ labels }) => labels[CASE_LABEL] !== undefined);
        // A busy machine may be too slow for a scrape; that says nothing about the format.
        const isJudged = ({ health, lastError }: ScrapeTarget) =>
          health === 'up' || (health === 'down' && !lastError.includes('deadline exceeded'));
        return all.length === 3 * REGISTRIES && all.every(isJudged) ? all : undefined;
      },
      { what: 'a scrape of all registries', deadlineMs: 60_000 },
    );
    const failures = targets
      .filter(({ health }) => health !== 'up')
      .map(({ scrapeUrl, lastError }) => [scrapeUrl, lastError]);
    expect(failures).toEqual([]);
    for (const [at, families] of registries.entries()) {
      const samples = expectedSamples(families, (bound) => (Number.isFinite(bound) ? String(bound) : '+Inf'));
      for (const format of Object.keys(ENCODERS)) {
        const stored = readBack(await prometheus.query(`{${CASE_LABEL}="${at}/${format}"}`));
        const expected = samples.filter(isSaid(families, format)).map(lineOf).toSorted();
        expect({ at, format, stored }).toEqual({ at, format, stored: expected });
      }
    }
  }, 120_000);

  it('takes native histograms and counters from the endpoint as protobuf', async () => {
    const { collector, target } = application;
    const histogram = collector.histogram({ name: 'wait_seconds', description: 'Wait.', native: true, buckets: [1] });
    const values = Array.from({ length: 1000 }, (_, i) => 1.01 ** i / 100);
    for (const value of values) histogram.observe(value);
    collector.counter({ name: 'jobs_total', description: 'Jobs.', labels: ['queue'] }).inc({ queue: '"\n\\' }, 2 ** 53);
    await prometheus.afterNextScrape();
    const numberOf = async (expression: string) => Number((await prometheus.query(expression))[0]?.value[1]);
    expect(await numberOf(`histogram_count(wait_seconds{instance="${target}"})`)).toBe(1000);
    expect(await numberOf('histogram_sum(wait_seconds)')).toBeCloseTo(
      values.reduce((sum, value) => sum + value),
      6,
    );
    const median = values[500] ?? 0;
    expect(Math.abs((await numberOf('histogram_quantile(0.5, wait_seconds)')) / median - 1)).toBeLessThan(0.03);
    expect(await numberOf('jobs_total{queue="\\"\\n\\\\"}')).toBe(2 ** 53);
  }, 60_000);

  it('stores the exemplars of counters and buckets from OpenMetrics', async () => {
    const collector = new MetricsCollector();
    const counter = collector.counter({ name: 'hits_total', description: 'Hits.' });
    const histogram = collector.histogram({ name: 'took_seconds', description: 'Took.', buckets: [0.5, 2] });
    counter.inc(1, { trace_id: 'counter trace' });
    histogram.observe(0.1, { trace_id: 'first' });
    histogram.observe(1.5, { trace_id: 'second' });
    const encoder = new OpenMetricsTextEncoder();
    const server = await listen((_, res) => {
      res.setHeader('Content-Type', encoder.contentType);
      res.end(encodeBytes(encoder, collector.gatherSync()));
    });
    servers.push(server);
    await prometheus.reload({ scrape: [targetOf(server)] });
    await prometheus.afterNextScrape();
    const now = Date.now() / 1000;
    const range = { start: now - 600, end: now + 600 };
    const tracesOf = async (expression: string) => {
      const found = await prometheus.exemplars(expression, range);
      return found.flatMap(({ exemplars }) =>
        exemplars.map(({ labels, value }) => [labels['trace_id'], Number(value)]),
      );
    };
    expect(await tracesOf('hits_total')).toEqual([['counter trace', 1]]);
    expect(new Set(await tracesOf('took_seconds_bucket'))).toEqual(
      new Set([
        ['first', 0.1],
        ['second', 1.5],
      ]),
    );
  }, 60_000);
});
