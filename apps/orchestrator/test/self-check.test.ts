import { describe, expect, it } from '@jest/globals';
import { describeWithBackends } from '@bduf/backends/jest';
import { openMetricsJudge, promtoolCheckMetrics, start } from '@bduf/backends';
import { ApplicationMetrics } from '@bduf/metrics-core/interfaces';
import { systemClock } from '@bduf/metrics-core/primitives';
import { FAULT_NAMES } from '../src/chaos/fault.ts';
import { startOrchestrator } from '../src/orchestrator.ts';
import { compareCounts, type CounterSample, REQUEST_LABELS, TOOL_LABELS } from '../src/self-check/compare-counts.ts';
import { checkFaults } from '../src/self-check/check-faults.ts';
import { runSelfCheck } from '../src/self-check/self-check.ts';
import { TrafficGenerator } from '../src/traffic/traffic-generator.ts';

/** Names of the specification that break the rules of Prometheus; they are a contract all the same. */
const ODD_NAMES = [
  'active_users_total',
  'approval_workflow_duration_hours',
  'process_cpu_time_seconds',
  'project_duration_days',
  'task_completion_time_hours',
  'user_session_duration_minutes',
];

describe('the self-check', () => {
  it('finds nothing wrong', async () => {
    const checks = await runSelfCheck({ trafficMs: 4000, requestsPerSecond: 80, seed: 7 });
    expect(checks.filter(({ problems }) => problems.length > 0)).toEqual([]);
    expect(checks.length).toBeGreaterThan(8);
  }, 180_000);

  it('finds that every fault trips its alert, which is told and resolves', async () => {
    // Whether in time is for the script to say: this machine may be busy with other tests.
    const checks = await checkFaults({ requestsPerSecond: 30, seed: 7, withinMs: 60_000 });
    expect(checks.filter(({ problems }) => problems.length > 0)).toEqual([]);
    expect(checks).toHaveLength(FAULT_NAMES.length + 2);
  }, 600_000);

  it('finds each difference between what was sent and what was measured', () => {
    const labels = (method: string, route: string, status: string): Record<string, string> => ({
      method,
      route,
      status_code: status,
    });
    const differences = compareCounts({
      sent: [
        { labels: ['GET', '/a', '200'], count: 3 },
        { labels: ['GET', '/b', '200'], count: 1 },
        { labels: ['POST', '/b', '499'], count: 2 },
      ],
      measured: [
        { labels: labels('GET', '/a', '200'), value: 3 },
        { labels: labels('POST', '/b', '200'), value: 2 },
        { labels: labels('GET', '/b', '200'), value: 2 },
      ],
      labelNames: REQUEST_LABELS,
    });
    expect(differences).toEqual([
      'GET /b 200: 1 sent, 2 measured',
      'POST /b 499: 2 sent, 0 measured',
      'POST /b 200: 0 sent, 2 measured',
    ]);
  });
});

await describeWithBackends(['prometheus', 'promtool', 'openmetrics-judge'], 'a real Prometheus', () => {
  it('finds the target up, and in the end its values are what the clients have sent', async () => {
    const orchestrator = await startOrchestrator({
      host: '127.0.0.1',
      port: 0,
      mayMove: false,
      traffic: undefined,
      onError: (error) => {
        throw error;
      },
    });
    const { origin } = orchestrator;
    const traffic = new TrafficGenerator({ origin, requestsPerSecond: 60, seed: 3, clock: systemClock });
    const target = origin.replace('http://', '');
    const [prometheus] = await Promise.all([start.prometheus({ scrape: [target], interval: '1s' }), traffic.start()]);
    try {
      let up = await prometheus.afterNextScrape();
      // On a busy machine the first scrape may take longer than Prometheus waits.
      while (up.some(({ up: isUp }) => !isUp)) up = await prometheus.afterNextScrape();
      expect(up).toEqual([{ target, up: true }]);
      while (traffic.ledger.tools.total <= 20) await prometheus.afterNextScrape();
      await traffic.drain();
      // The server counts a request a moment after its client has seen the end of it.
      for (let scrape = 0; scrape < 2; scrape++) await prometheus.afterNextScrape();

      const [health] = await prometheus.targets();
      expect(health).toMatchObject({ health: 'up', lastError: '' });
      const instant = async (name: string): Promise<readonly CounterSample[]> =>
        (await prometheus.query(name)).map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
      const measured = await instant(ApplicationMetrics.HTTP_REQUESTS_TOTAL);
      const tools = await instant(ApplicationMetrics.MCP_TOOL_EXECUTIONS_TOTAL);
      const { ledger } = traffic;
      expect(compareCounts({ sent: ledger.requests.entries(), measured, labelNames: REQUEST_LABELS })).toEqual([]);
      expect(compareCounts({ sent: ledger.tools.entries(), measured: tools, labelNames: TOOL_LABELS })).toEqual([]);
      expect(ledger.requests.total).toBeGreaterThan(100);
      expect(measured.some(({ labels }) => labels['status_code'] === '499')).toBe(true);
      expect(
        measured.filter(({ labels }) => labels['route'] === 'unmatched' && labels['method'] === 'GET'),
      ).toHaveLength(1);
    } finally {
      traffic.close();
      await orchestrator.stop();
      await prometheus.stop();
    }
  }, 90_000);

  it('and its judges find the exposition faultless', async () => {
    const orchestrator = await startOrchestrator({
      host: '127.0.0.1',
      port: 0,
      mayMove: false,
      traffic: { requestsPerSecond: 100, seed: 5 },
      onError: (error) => {
        throw error;
      },
    });
    const judge = await openMetricsJudge();
    try {
      await fetch(`${orchestrator.origin}/api/projects`);
      const accept = 'application/openmetrics-text;version=1.0.0';
      const openMetrics = await (await fetch(`${orchestrator.origin}/metrics`, { headers: { accept } })).text();
      expect(await judge.judge(openMetrics)).toMatchObject({ ok: true });
      const text = await (await fetch(`${orchestrator.origin}/metrics`)).text();
      const { problems } = await promtoolCheckMetrics(text);
      expect(problems.map((problem) => problem.split(' ')[0])).toEqual(ODD_NAMES);
    } finally {
      await judge.close();
      await orchestrator.stop();
    }
  }, 60_000);
});
