import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { start } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { MetricsHistory } from '@bduf/metrics-aggregation';
import { MetricsCollector } from '@bduf/metrics-core';
import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import { type Query, query, toPromQl } from '@bduf/metrics-core/primitives';
import { type MountedDashboard, metricsDashboard } from '@bduf/metrics-dashboard';
import { MetricsExporter } from '@bduf/metrics-exporters';

const INTERVAL_MS = 500;
const SCRAPES = 40;
const WINDOW_MS = 5000;
const ROUTES = ['/orders', '/orders/:id', '/search'];
/** Labels that only a scrape adds. */
const SCRAPED = new Set(['__name__', 'instance', 'job']);

interface JsonAnswer {
  readonly promQl: string;
  readonly series: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly t: readonly number[];
    readonly v: readonly (number | null)[];
  }[];
}

/** A process with traffic in every scrape, so that a scrape and the read-out beside it see the same. */
class ScrapedProcess {
  readonly collector = new MetricsCollector();
  /** Read-outs by the number of the scrape. */
  readonly readOuts: (readonly MetricFamily[])[] = [];
  readonly #requests = this.collector.counter({
    name: 'requests_total',
    description: 'Requests.',
    labels: ['route', 'status_code'],
  });
  readonly #scrapes = this.collector.counter({ name: 'scrapes_total', description: 'Scrapes.' });
  readonly #native = this.collector.histogram({
    name: 'latency_seconds',
    description: 'Latency, in native buckets.',
    labels: ['route'],
    buckets: [],
    native: true,
  });
  readonly #classic = this.collector.histogram({
    name: 'wait_seconds',
    description: 'Waiting, in explicit buckets.',
    labels: ['route'],
  });
  readonly #queue = this.collector.gauge({ name: 'queue_length', description: 'What waits.' });

  /** What happened since the scrape before. Rates change, one route begins late, and failures come in a burst. */
  work(): void {
    const scrape = this.readOuts.length;
    this.#scrapes.inc();
    this.#queue.set(20 + 15 * Math.sin(scrape / 5));
    ROUTES.forEach((route, place) => {
      if (place === 2 && scrape < 12) return;
      const requests = 3 + ((scrape * 7 + place * 5) % 11);
      for (let n = 0; n < requests; n += 1) {
        const isFailure = place === 0 && scrape > 8 && n % 3 === 0;
        this.#requests.inc({ route, status_code: isFailure ? '503' : '200' });
        const seconds = 0.004 * (place + 1) * Math.exp(((n * 13 + scrape * 3) % 40) / 9) * (isFailure ? 6 : 1);
        this.#native.observe({ route }, seconds);
        this.#classic.observe({ route }, seconds * 2);
      }
    });
    this.readOuts.push(this.collector.gatherSync());
  }
}

const errors = query('requests_total').where({ status_code: { matches: '5..' } });
const QUESTIONS: Readonly<Record<string, { readonly of: Query; readonly exact?: true; readonly native?: true }>> = {
  'a counter': { of: query('requests_total').last(), exact: true },
  'the sum of counters': { of: query('requests_total').sumBy('route'), exact: true },
  'a gauge': { of: query('queue_length').last(), exact: true },
  'a rate': { of: query('requests_total').rate(WINDOW_MS).sumBy('route') },
  'an increase': { of: query('requests_total').increase(WINDOW_MS).sum() },
  'a share of errors': { of: errors.rate(WINDOW_MS).sum().dividedBy(query('requests_total').rate(WINDOW_MS).sum()) },
  'the median of a native histogram': {
    of: query('latency_seconds').rate(WINDOW_MS).sum().quantile(0.5),
    native: true,
  },
  'p95 of a native histogram': {
    of: query('latency_seconds').rate(WINDOW_MS).sumBy('route').quantile(0.95),
    native: true,
  },
  'p99 of a native histogram': { of: query('latency_seconds').rate(WINDOW_MS).sum().quantile(0.99), native: true },
  'the mean of a native histogram': {
    of: query('latency_seconds').rate(WINDOW_MS).sumBy('route').average(),
    native: true,
  },
  'p95 of explicit buckets': { of: query('wait_seconds').rate(WINDOW_MS).sumBy('route').quantile(0.95) },
};

await describeWithBackends(
  ['prometheus'],
  'the numbers of the dashboard are those of a Prometheus that scrapes the process',
  () => {
    const scraped = new ScrapedProcess();
    let server: Server;
    let dashboard: MountedDashboard;
    let url: string;
    let prometheus: Awaited<ReturnType<typeof start.prometheus>>;
    let grid: { readonly startMs: number; readonly endMs: number };

    beforeAll(async () => {
      const endpoint = new MetricsExporter(scraped.collector).createPrometheusEndpoint();
      const history = new MetricsHistory(scraped.collector, { intervalMs: INTERVAL_MS, selfMetrics: false });
      dashboard = metricsDashboard({ collector: scraped.collector, history });
      server = createServer((req, res) => {
        if (req.url !== '/metrics') return dashboard(req, res);
        if (scraped.readOuts.length < SCRAPES) scraped.work();
        endpoint(req, res);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      url = `http://127.0.0.1:${port}/`;
      prometheus = await start.prometheus({ scrape: [`127.0.0.1:${port}`], interval: `${INTERVAL_MS}ms` });
      while (scraped.readOuts.length < SCRAPES) await prometheus.afterNextScrape();
      await prometheus.afterNextScrape();
      // A Prometheus gives each scrape the moment that it was due. With the same moments both know the same samples.
      const dueMs = await scrapeTimes(prometheus);
      scraped.readOuts.forEach((families, at) => history.append(families, dueMs[at] ?? NaN));
      const [firstMs = NaN, lastMs = NaN] = [dueMs[0], dueMs[SCRAPES - 1]];
      // A question about the last second knows the present, which no scrape does.
      grid = { startMs: firstMs + WINDOW_MS + INTERVAL_MS / 2, endMs: lastMs - 4 * INTERVAL_MS + INTERVAL_MS / 2 };
    }, 90_000);

    afterAll(async () => {
      await prometheus.stop();
      dashboard.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });

    it.each(Object.keys(QUESTIONS))('agree for %s', async (name) => {
      const { of, exact, native } = QUESTIONS[name] ?? { of: query('none') };
      const ours = await askDashboard(url, of, grid);
      const promQl = native === true ? toPromQl(of.expression, { histograms: 'native' }) : ours.promQl;
      const theirs = await askPrometheus(prometheus, promQl, grid);
      const points = new Map(
        ours.series.flatMap(({ labels, t, v }) => t.map((ms, at) => [pointKey(labels, ms), v[at] ?? NaN] as const)),
      );
      // Enough of the grid has answers that something is compared, and both have an answer at the same points.
      expect(points.size).toBeGreaterThan(20);
      expect([...points.keys()].toSorted()).toStrictEqual([...theirs.keys()].toSorted());
      const tolerance = exact === true ? 0 : 1e-9;
      const apart = [...theirs].filter(
        ([key, their]) => !(Math.abs((points.get(key) ?? NaN) - their) <= tolerance * their),
      );
      expect(apart.map(([key, their]) => `${key}: ours ${points.get(key)}, theirs ${their}`)).toStrictEqual([]);
    });
  },
);

/** When each scrape was due, by what its counter of scrapes says. */
async function scrapeTimes(prometheus: Awaited<ReturnType<typeof start.prometheus>>): Promise<number[]> {
  const [series] = (await prometheus.query('scrapes_total[10m]')) as unknown as readonly {
    readonly values: readonly (readonly [seconds: number, value: string])[];
  }[];
  const times: number[] = [];
  for (const [seconds, value] of series?.values ?? []) times[Number(value) - 1] ??= Math.round(seconds * 1000);
  return times;
}

async function askDashboard(
  url: string,
  of: Query,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): Promise<JsonAnswer> {
  const response = await fetch(`${url}api/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-metrics-dashboard': '1' },
    body: JSON.stringify({
      queries: [{ expression: of.expression, startMs, endMs, stepMs: INTERVAL_MS, semantics: 'prometheus' }],
    }),
  });
  const { answers } = (await response.json()) as { answers: readonly [JsonAnswer] };
  return answers[0];
}

async function askPrometheus(
  prometheus: Awaited<ReturnType<typeof start.prometheus>>,
  promQl: string,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): Promise<Map<string, number>> {
  const range = { start: startMs / 1000, end: endMs / 1000, step: INTERVAL_MS / 1000 };
  const series = await prometheus.queryRange(promQl, range);
  return new Map(
    series.flatMap(({ metric, values }) => {
      const labels = Object.fromEntries(Object.entries(metric).filter(([name]) => !SCRAPED.has(name)));
      return values.map(([seconds, value]) => [pointKey(labels, Math.round(seconds * 1000)), Number(value)] as const);
    }),
  );
}

function pointKey(labels: Readonly<Record<string, string>>, ms: number): string {
  return `${ms} ${JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))}`;
}
