import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { start, stopAll } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { MetricsCollector } from '@bduf/metrics-core';
import { seriesOf } from '@bduf/metrics-core/primitives';
import { AlertManager, type AlertRule, toPrometheusRules } from '@bduf/metrics-alerting';
import { ruleOf } from '../manager/manager-rig.ts';

const RULES: readonly AlertRule[] = [
  ruleOf({ name: 'level', duration: 1, recoveryThreshold: 5, labels: { team: 'x' } }),
  ruleOf({
    name: 'few_left',
    metric: 'used',
    signal: { kind: 'difference', left: { metric: 'size' }, right: {} },
    condition: 'lt',
    threshold: 5,
    keepFiringFor: 1,
  }),
  ruleOf({ name: 'errors', metric: 'errors_total', window: 4, groupBy: [] }),
  ruleOf({
    name: 'error_share',
    metric: 'requests_total',
    signal: { kind: 'ratio', numerator: { metric: 'errors_total' }, denominator: {} },
    window: 4,
    threshold: 0.3,
  }),
  ruleOf({ name: 'slow', metric: 'seconds', window: 4, groupBy: [], threshold: 1, minEvents: 5 }),
  ruleOf({
    name: 'missing',
    metric: 'nowhere',
    condition: 'absent',
    matchers: [{ name: 'host', op: '=', value: 'z' }],
  }),
];

/** A service with metrics, and what Prometheus scrapes of it. */
class Service {
  readonly collector = new MetricsCollector();
  readonly #load = this.collector.gauge({ name: 'load', description: 'L.', labels: ['host'] });
  readonly #size = this.collector.gauge({ name: 'size', description: 'S.' });
  readonly #used = this.collector.gauge({ name: 'used', description: 'U.' });
  readonly #errors = this.collector.counter({ name: 'errors_total', description: 'E.' });
  readonly #requests = this.collector.counter({ name: 'requests_total', description: 'R.' });
  readonly #seconds = this.collector.histogram({ name: 'seconds', description: 'T.', buckets: [0.5, 1, 2, 4] });

  /** Works for a moment, well or badly. */
  work(isBad: boolean): void {
    this.#load.set({ host: 'a' }, isBad ? 20 : 1);
    this.#load.set({ host: 'b' }, 2);
    this.#size.set(20);
    this.#used.set(isBad ? 18 : 3);
    this.#errors.inc(isBad ? 50 : 0);
    this.#requests.inc(100);
    this.#seconds.observe(isBad ? 3 : 0.1);
  }

  text(): string {
    const lines = this.collector.gatherSync().flatMap(({ name, type, upperBounds, ...family }) => {
      if (name.startsWith('alerting_')) return [];
      return Array.from(seriesOf({ name, type, upperBounds, ...family }), (series) => {
        const labels = Object.entries(series.labels).map(([label, value]) => `${label}="${value}"`);
        if (type !== 'histogram') return `${name}{${labels.join()}} ${series.value}`;
        let count = 0;
        const buckets = [...upperBounds, '+Inf'].map((bound, at) => {
          count += series.numbers[at] ?? 0;
          return `${name}_bucket{le="${bound}"} ${count}`;
        });
        return [...buckets, `${name}_count ${count}`, `${name}_sum ${series.sum}`].join('\n');
      });
    });
    return `# TYPE seconds histogram\n${lines.toSorted().join('\n')}\n`;
  }
}

await describeWithBackends(['prometheus'], 'rules that a real Prometheus replays', () => {
  it('fire and resolve there as they do here', async () => {
    const service = new Service();
    service.work(false);
    const server = createServer((_req, res) => {
      res.setHeader('content-type', 'text/plain; version=0.0.4');
      res.end(service.text());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // A server that listens on TCP has an address with a port.
    const { port } = server.address() as AddressInfo;
    const rules = toPrometheusRules(RULES, { types: { seconds: 'histogram' } });
    const prometheus = await start.prometheus({ scrape: [`127.0.0.1:${port}`], interval: '250ms', rules });
    const manager = new AlertManager(service.collector, undefined, { rules: RULES, intervalMs: 250 });

    const here = () => manager.getActiveAlerts({ state: 'firing' }).map(({ labels }) => textOf(labels));
    const there = async () => {
      const alerts = await prometheus.query('ALERTS{alertstate="firing"}');
      return alerts.map(({ metric }) => textOf(metric));
    };
    /** What fires at both places, as soon as both agree; or after a long time what they say. */
    async function agreed(isBad: boolean, expected: readonly string[]): Promise<readonly (readonly string[])[]> {
      const deadline = Date.now() + 60_000;
      for (;;) {
        service.work(isBad);
        await manager.evaluateRules();
        const both = [here(), await there()].map((alerts) => alerts.toSorted());
        const isDone = both.every((alerts) => alerts.join() === expected.join());
        if (isDone || Date.now() > deadline) return both;
        await wait(100);
      }
    }
    const well = ['missing host=z'];
    const badly = ['error_share', 'errors', 'few_left', 'level host=a team=x', 'missing host=z', 'slow'];
    try {
      expect(await agreed(false, well)).toEqual([well, well]);
      expect(await agreed(true, badly)).toEqual([badly, badly]);
      expect(await agreed(false, well)).toEqual([well, well]);
    } finally {
      await manager.close();
      await new Promise((resolve) => server.close(resolve));
      await stopAll();
    }
  }, 240_000);
});

/** Name and labels of an alert, but for those that only Prometheus adds. */
function textOf(labels: Readonly<Record<string, string>>): string {
  const added = new Set(['__name__', 'alertname', 'alertstate', 'severity', 'instance', 'job']);
  const own = Object.entries(labels).filter(([name]) => !added.has(name));
  return [labels['alertname'] ?? '', ...own.map(([name, value]) => `${name}=${value}`).toSorted()].join(' ');
}
