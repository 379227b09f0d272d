import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { McpServer, createMcpHandler } from '@modelcontextprotocol/server';
import { MetricsCollector } from '@bduf/metrics-core';
import type { ActiveAlert, HealthCheckResult, MetricEncoder } from '@bduf/metrics-core/interfaces';
import { ManualClock } from '@bduf/metrics-core/primitives';
import { instrumentMcpServer } from '@bduf/metrics-mcp';
import { exposeMetricsOverMcp, publishMetricUpdates } from '@bduf/metrics-mcp/expose';
import { type ExposedClient, ask, connectExposed, sampleMetrics } from './support/exposed.ts';
import { V1, V2, connectClient, connectWire } from './support/in-memory.ts';
import { listen } from './support/http-listener.ts';
import { readingsFrom, readingsOf } from './support/readings.ts';
import { StoredAlerts } from './support/stored-alerts.ts';
import { text } from './support/text-result.ts';
import { until } from './support/world.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 12);

const FIRING: ActiveAlert = {
  id: 'a1',
  ruleName: 'high_error_rate',
  state: 'firing',
  severity: 'error',
  value: 0.12,
  threshold: 0.05,
  activeAt: new Date(NOW_MS - 60_000),
  lastEvaluatedAt: new Date(NOW_MS),
  labels: { team: 'platform' },
  annotations: {},
  silencedBy: [],
  inhibitedBy: [],
  runbookUrl: 'https://example.org/runbook',
};
const PENDING: ActiveAlert = { ...FIRING, id: 'a2', ruleName: 'slow', state: 'pending', severity: 'warning' };

/** Alerts that are active, one that was resolved a second ago and one long ago. */
function alertsOf(...alerts: readonly ActiveAlert[]): StoredAlerts {
  return new StoredAlerts(alerts, [
    { seq: 1, type: 'resolved', id: 'a4', ruleName: 'ancient', at: new Date(0), labels: {} },
    { seq: 2, type: 'firing', id: 'a3', ruleName: 'old', at: new Date(NOW_MS - 5000), labels: {} },
    {
      seq: 3,
      type: 'resolved',
      id: 'a3',
      ruleName: 'old',
      at: new Date(NOW_MS - 1000),
      labels: { severity: 'info' },
      value: NaN,
    },
  ]);
}

function checkResult(name: string, status: HealthCheckResult['status'], message?: string): HealthCheckResult {
  const result = { name, status, duration: 3, timestamp: new Date(NOW_MS) };
  return message === undefined ? result : { ...result, message };
}

describe.each([V1, V2])('metrics over MCP, $title', (sdk) => {
  const open = (options: object = {}, server = sdk.createServer()): Promise<ExposedClient> =>
    connectExposed(sdk, { gatherer: sampleMetrics(), clock: new ManualClock(NOW_MS), ...options }, server);

  it('costs a context at most 5 000 bytes of tools, all of them read-only', async () => {
    const client = await open();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['health', 'list_alerts', 'search_metrics', 'query_metric']);
    for (const tool of tools) expect(tool).toMatchObject({ annotations: { readOnlyHint: true, idempotentHint: true } });
    expect(Buffer.byteLength(JSON.stringify(tools))).toBeLessThanOrEqual(5000);
    await client.close();
  });

  it('leaves room for other names with a prefix', async () => {
    const server = sdk.createServer();
    server.registerTool('health', {}, () => text('own'));
    const client = await open({ prefix: 'metrics_' }, server);
    expect(await ask(client, 'health')).toMatchObject(text('own'));
    expect(await ask(client, 'metrics_health')).toMatchObject({ structuredContent: { status: 'not_configured' } });
    await client.close();
  });

  describe('what is not configured', () => {
    it('is said to be so and never made up', async () => {
      const client = await open();
      expect(await ask(client, 'health')).toMatchObject({
        structuredContent: { status: 'not_configured', checks: [] },
        content: [{ text: 'Health checks are not configured in this server.' }],
      });
      expect(await ask(client, 'list_alerts', { state: 'all' })).toMatchObject({
        structuredContent: { configured: false, alerts: [], truncated: false },
        content: [{ text: expect.stringContaining('not configured') }],
      });
      for (const [metric, fn] of [
        ['http_requests_total', 'rate'],
        ['http_requests_total', 'increase'],
        ['queue_depth', 'avg'],
        ['queue_depth', 'max'],
      ]) {
        expect(await ask(client, 'query_metric', { metric, fn })).toMatchObject({
          isError: true,
          content: [{ text: expect.stringContaining('History is not configured') }],
        });
      }
      const { contents } = await client.readResource({ uri: 'metrics://exposition' });
      expect(contents[0]?.text).toContain('not configured');
      await client.close();
    });
  });

  it('tells health, the worst check first', async () => {
    const checks = [checkResult('cache', 'healthy'), checkResult('database', 'unhealthy', 'refused')];
    const health = { runHealthChecks: () => Promise.resolve(checks) };
    const client = await open({ health });
    expect(await ask(client, 'health')).toMatchObject({
      structuredContent: {
        status: 'unhealthy',
        checks: [
          {
            name: 'database',
            status: 'unhealthy',
            duration_ms: 3,
            message: 'refused',
            checked_at: '2026-11-23T12:00:00.000Z',
          },
          { name: 'cache', status: 'healthy' },
        ],
      },
      content: [{ text: 'unhealthy: database unhealthy (refused); 1 of 2 checks healthy' }],
    });
    expect(await ask(client, 'health', { include_details: false })).toMatchObject({
      structuredContent: { status: 'unhealthy', checks: [] },
    });
    checks.length = 0;
    expect(await ask(client, 'health')).toMatchObject({ structuredContent: { status: 'no_checks' } });
    await client.close();
  });

  it('lists alerts by state and severity, and says what it left out', async () => {
    const client = await open({ alerts: alertsOf(FIRING, PENDING) });
    const listed = async (args: object): Promise<unknown> => (await ask(client, 'list_alerts', args)).structuredContent;
    const firing = {
      id: 'a1',
      rule: 'high_error_rate',
      state: 'firing',
      severity: 'error',
      value: 0.12,
      threshold: 0.05,
      since: '2026-11-23T11:59:00.000Z',
      labels: { team: 'platform' },
      runbook: 'https://example.org/runbook',
    };
    expect(await listed({})).toEqual({ configured: true, alerts: [firing], truncated: false, failing_rules: [] });
    expect(await listed({ state: 'pending' })).toMatchObject({ alerts: [{ id: 'a2' }] });
    expect(await listed({ state: 'resolved' })).toMatchObject({
      alerts: [{ id: 'a3', state: 'resolved', severity: 'info', value: null, since: '2026-11-23T11:59:59.000Z' }],
    });
    expect(await listed({ state: 'all', severity: 'warning' })).toMatchObject({ alerts: [{ id: 'a2' }] });
    await client.close();

    const many = await open({
      alerts: alertsOf(...Array.from({ length: 60 }, (_, at) => ({ ...FIRING, id: `m${at}` }))),
    });
    const answer = await ask(many, 'list_alerts');
    expect(answer.structuredContent).toMatchObject({ truncated: true });
    expect(answer.structuredContent?.['alerts']).toHaveLength(50);
    expect(answer.content[0]?.text).toContain('and 45 more (truncated)');
    await many.close();
  });

  it('says which rules cannot be evaluated, so that silence is not taken for health', async () => {
    const alerts = alertsOf();
    const client = await open({ alerts });
    expect(await ask(client, 'list_alerts')).toMatchObject({ content: [{ text: 'No such alert.' }] });
    alerts.failingRules = ['disk_full', 'slow'];
    expect(await ask(client, 'list_alerts')).toMatchObject({
      structuredContent: { alerts: [], failing_rules: ['disk_full', 'slow'] },
      content: [{ text: 'No such alert. Rules that cannot be evaluated: disk_full, slow.' }],
    });
    await client.close();
  });

  it('finds metrics by words, type and number', async () => {
    const client = await open();
    const found = async (args: object): Promise<unknown> =>
      (await ask(client, 'search_metrics', args)).structuredContent;
    expect(await found({ query: 'Jobs, depth!' })).toMatchObject({ metrics: [{ name: 'queue_depth' }] });
    expect(await found({ query: 'request duration' })).toMatchObject({
      metrics: [
        {
          name: 'http_request_duration_seconds',
          type: 'histogram',
          unit: 'seconds',
          help: 'Time to answer.',
          labels: ['method'],
          series: 2,
        },
        { name: 'http_requests_total', series: 3 },
      ],
      truncated: false,
    });
    expect(await found({ type: 'summary' })).toMatchObject({ metrics: [{ name: 'wait_seconds' }] });
    expect(await found({ limit: 1 })).toMatchObject({ metrics: [{}], truncated: true });
    expect(await ask(client, 'search_metrics', { limit: 201 })).toMatchObject({ isError: true });
    await client.close();
  });

  describe('query_metric without history', () => {
    const cases: readonly (readonly [title: string, args: object, expected: object])[] = [
      [
        'gives the latest value of each series, largest first',
        { metric: 'http_requests_total' },
        {
          series: [
            { labels: { method: 'GET', status_code: '200' }, value: 90 },
            { labels: { method: 'POST', status_code: '200' }, value: 20 },
            { labels: { method: 'GET', status_code: '500' }, value: 10 },
          ],
          unit: '',
          window: 'now',
          truncated: false,
        },
      ],
      [
        'adds up groups',
        { metric: 'http_requests_total', fn: 'sum', group_by: ['method'] },
        {
          series: [
            { labels: { method: 'GET' }, value: 100 },
            { labels: { method: 'POST' }, value: 20 },
          ],
        },
      ],
      ['adds up everything', { metric: 'http_requests_total', fn: 'sum' }, { series: [{ labels: {}, value: 120 }] }],
      [
        'filters by labels',
        { metric: 'http_requests_total', filter: { status_code: '500' } },
        { series: [{ labels: { method: 'GET', status_code: '500' }, value: 10 }] },
      ],
      [
        'gives the share that a filter selects',
        { metric: 'http_requests_total', fn: 'ratio', filter: { status_code: '500' }, group_by: ['method'] },
        {
          series: [
            { labels: { method: 'GET' }, value: 0.1 },
            { labels: { method: 'POST' }, value: 0 },
          ],
        },
      ],
      [
        'gives quantiles of a histogram',
        { metric: 'http_request_duration_seconds', fn: 'p95', filter: { method: 'GET' } },
        {
          series: [{ labels: { method: 'GET' }, value: expect.closeTo(0.6, 12) }],
          unit: 'seconds',
          window: 'since_start',
        },
      ],
      [
        'merges histograms before it takes a quantile',
        { metric: 'http_request_duration_seconds', fn: 'p50', group_by: [] },
        { series: [{ labels: {}, value: expect.closeTo(0.155, 3) }] },
      ],
      [
        'gives the mean of a histogram',
        { metric: 'http_request_duration_seconds', fn: 'avg', group_by: [] },
        { series: [{ labels: {}, value: expect.closeTo((90 * 0.15 + 10 * 0.6 + 0.05) / 101, 12) }], unit: 'seconds' },
      ],
      [
        'gives quantiles of a summary',
        { metric: 'wait_seconds', fn: 'p90', filter: { queue: 'a' } },
        { series: [{ labels: { queue: 'a' }, value: expect.closeTo(0.9, 1) }] },
      ],
      [
        'says what it left out',
        { metric: 'http_requests_total', limit: 1 },
        { series: [{ value: 90 }], truncated: true },
      ],
      [
        'finds nothing where nothing matches',
        { metric: 'http_requests_total', filter: { method: 'PUT' } },
        { series: [], truncated: false },
      ],
    ];

    it.each(cases)('%s', async (_title, args, expected) => {
      const client = await open();
      const answer = await ask(client, 'query_metric', args);
      expect(answer.structuredContent).toMatchObject(expected);
      expect(answer.content[0]?.text).not.toContain('\n');
      await client.close();
    });

    it.each([
      ['an unknown metric, naming the nearest', { metric: 'http_request_total' }, 'Nearest names: http_requests_total'],
      ['an unknown label, naming the known', { metric: 'queue_depth', filter: { host: 'a' } }, 'It has none.'],
      ['an unknown label of a group', { metric: 'wait_seconds', group_by: ['host'] }, 'It has: queue.'],
      ['a ratio of everything', { metric: 'http_requests_total', fn: 'ratio' }, 'needs a filter'],
      ['a quantile of a gauge', { metric: 'queue_depth', fn: 'p95' }, 'has no quantiles'],
      ['a merged quantile of summaries', { metric: 'wait_seconds', fn: 'p90', group_by: [] }, 'cannot be merged'],
      ['more groups than four labels', { metric: 'wait_seconds', group_by: ['a', 'b', 'c', 'd', 'e'] }, 'group_by'],
      ['a window without unit', { metric: 'wait_seconds', window: '5' }, 'window'],
    ])('refuses %s', async (_title, args, message) => {
      const client = await open();
      expect(await ask(client, 'query_metric', args)).toMatchObject({
        isError: true,
        content: [{ text: expect.stringContaining(message) }],
      });
      await client.close();
    });

    it('names three nearest metrics', async () => {
      const client = await open();
      const { content } = await ask(client, 'query_metric', { metric: 'request_duration' });
      expect(content[0]?.text).toMatch(/Nearest names: http_request_duration_seconds, \w+, \w+\.$/);
      await client.close();
    });
  });

  describe('resources', () => {
    it('are listed, completed and read', async () => {
      const client = await open({ alerts: alertsOf(FIRING) });
      const { resources } = await client.listResources();
      expect(resources.map(({ uri }) => uri)).toEqual([
        'metrics://alerts',
        'metrics://health',
        'metrics://exposition',
        'metrics://series/http_request_duration_seconds',
        'metrics://series/http_requests_total',
        'metrics://series/queue_depth',
        'metrics://series/wait_seconds',
      ]);
      const { resourceTemplates } = await client.listResourceTemplates();
      expect(resourceTemplates).toMatchObject([{ uriTemplate: 'metrics://series/{name}' }]);
      const { completion } = await client.complete({
        ref: { type: 'ref/resource', uri: 'metrics://series/{name}' },
        argument: { name: 'name', value: 'http_requests' },
      });
      expect(completion.values).toEqual(['http_requests_total']);
      const { contents } = await client.readResource({ uri: 'metrics://series/queue_depth' });
      expect(contents).toMatchObject([{ uri: 'metrics://series/queue_depth', mimeType: 'application/json' }]);
      expect(JSON.parse(contents[0]?.text ?? '')).toEqual({
        as_of: '2026-11-23T12:00:00.000Z',
        name: 'queue_depth',
        type: 'gauge',
        unit: '',
        help: 'Jobs that wait.',
        labels: [],
        series: [{ labels: {}, value: 7 }],
        truncated: false,
      });
      const alerts = await client.readResource({ uri: 'metrics://alerts' });
      expect(JSON.parse(alerts.contents[0]?.text ?? '')).toMatchObject({
        configured: true,
        alerts: [{ id: 'a1' }, {}],
      });
      await client.close();
    });

    it('say what is wrong with a URI', async () => {
      const client = await open();
      await expect(client.readResource({ uri: 'metrics://series/queue_dept' })).rejects.toThrow(/queue_depth/);
      await expect(client.readResource({ uri: 'metrics://nothing' })).rejects.toThrow(/not found/i);
      await client.close();
    });

    it('render an exposition, and cut it off at a line when it is too long', async () => {
      const line = `${'x'.repeat(99)}\n`;
      const encoder: MetricEncoder = {
        format: 'lines',
        contentType: 'text/x-lines',
        *encode(families) {
          for (let at = 0; at < families.length * 400; at++) yield Buffer.from(line);
        },
      };
      const client = await open({ encoder });
      const { contents } = await client.readResource({ uri: 'metrics://exposition' });
      expect(contents[0]?.mimeType).toBe('text/x-lines');
      const lines = contents[0]?.text.split('\n') ?? [];
      expect(lines).toHaveLength(1002);
      expect(lines.at(-2)).toContain('# truncated');
      await client.close();
    });

    it('tell a subscriber of changes, each at most once an interval', async () => {
      const clock = new ManualClock(NOW_MS);
      const metrics = sampleMetrics();
      const queue = metrics.gauge({ name: 'queue_depth', description: 'Jobs that wait.' });
      const server = sdk.createServer();
      exposeMetricsOverMcp(server as never, { gatherer: metrics, alerts: alertsOf(PENDING), clock });
      const wire = await connectWire(sdk, server);
      const updated = (): readonly unknown[] =>
        wire.answers.filter((answer) => (answer as { method?: string }).method === 'notifications/resources/updated');
      const tick = async (): Promise<void> => {
        clock.advance(1000);
        await settled();
      };
      await initialize(wire);
      await wire.send({ id: 1, method: 'resources/subscribe', params: { uri: 'metrics://series/queue_depth' } });
      await settled();
      await tick();
      expect(updated()).toEqual([]);

      queue.set(8);
      queue.set(9);
      await tick();
      await tick();
      expect(updated()).toMatchObject([{ params: { uri: 'metrics://series/queue_depth' } }]);

      await wire.send({ id: 2, method: 'resources/unsubscribe', params: { uri: 'metrics://series/queue_depth' } });
      await settled();
      queue.set(10);
      await tick();
      expect(updated()).toHaveLength(1);
      expect(clock.pendingTimers).toBe(0);

      await wire.send({ id: 3, method: 'resources/subscribe', params: { uri: 'metrics://series/queue_depth' } });
      await settled();
      expect(clock.pendingTimers).toBe(1);
      await wire.close();
      queue.set(11);
      await tick();
      expect(clock.pendingTimers).toBe(0);
    });

    it('tell of alerts only when a state changes', async () => {
      const clock = new ManualClock(NOW_MS);
      const server = sdk.createServer();
      const alerts = alertsOf(PENDING);
      exposeMetricsOverMcp(server as never, { gatherer: sampleMetrics(), alerts, clock });
      const wire = await connectWire(sdk, server);
      await initialize(wire);
      await wire.send({ id: 1, method: 'resources/subscribe', params: { uri: 'metrics://alerts' } });
      await settled();
      const before = wire.answers.length;
      for (const next of [{ ...PENDING, value: 0.2 }, FIRING, { ...FIRING, value: 0.3 }]) {
        alerts.active = [{ ...next, id: PENDING.id }];
        clock.advance(1000);
        await settled();
      }
      expect(wire.answers.slice(before)).toMatchObject([{ params: { uri: 'metrics://alerts' } }]);
      await wire.close();
    });

    it('are subscribed to at most 32 at a time, and only those of metrics', async () => {
      const client = await open();
      for (let at = 0; at < 32; at++) await client.subscribeResource({ uri: `metrics://series/m${at}` });
      await client.subscribeResource({ uri: 'metrics://series/m0' });
      await expect(client.subscribeResource({ uri: 'metrics://series/m32' })).rejects.toThrow(/32 subscriptions/);
      await client.unsubscribeResource({ uri: 'metrics://series/m0' });
      await client.subscribeResource({ uri: 'metrics://series/m32' });
      await expect(client.subscribeResource({ uri: 'file:///etc/passwd' })).rejects.toThrow(/cannot be subscribed/);
      await client.close();
    });

    it('leave subscriptions to a server that handles them itself', async () => {
      const server = sdk.createServer();
      exposeMetricsOverMcp(server as never, { gatherer: sampleMetrics() });
      expect(() => exposeMetricsOverMcp(server as never, { gatherer: sampleMetrics(), prefix: 'again_' })).toThrow(
        /already/,
      );
      const quiet = await open({ subscriptions: false });
      await expect(quiet.subscribeResource({ uri: 'metrics://alerts' })).rejects.toThrow(/./);
      await quiet.close();
    });

    it('are published to a notifier where no server outlives a request', async () => {
      const clock = new ManualClock(NOW_MS);
      const metrics = sampleMetrics();
      const updated: string[] = [];
      const updates = await publishMetricUpdates(
        { resourceUpdated: (uri) => void updated.push(uri) },
        { gatherer: metrics, clock },
      );
      metrics.gauge({ name: 'queue_depth', description: 'Jobs that wait.' }).set(1);
      clock.advance(1000);
      await settled();
      expect(updated).toEqual(['metrics://series/queue_depth']);
      updates.close();
      expect(clock.pendingTimers).toBe(0);
    });
  });

  it('starts a diagnosis from what is known', async () => {
    const client = await open({ alerts: alertsOf(FIRING) });
    const { messages } = await client.getPrompt({ name: 'diagnose', arguments: { symptom: 'slow requests' } });
    const prompt = messages[0]?.content.text ?? '';
    expect(prompt).toContain('symptom of the server: slow requests');
    expect(prompt).toContain('Health checks are not configured');
    expect(prompt).toContain('high_error_rate firing');
    expect(prompt).toContain('http_requests_total');
    expect(prompt).toContain('query_metric');
    await client.close();
  });

  it('counts in no metric of the server that offers it', async () => {
    const clock = new ManualClock(NOW_MS);
    const metrics = new MetricsCollector();
    const server = instrumentMcpServer(sdk.createServer(), metrics);
    server.registerTool('fine', {}, () => text('fine'));
    exposeMetricsOverMcp(server as never, { gatherer: metrics, clock });
    const client = (await connectClient(sdk, server)) as unknown as ExposedClient;
    await client.callTool({ name: 'fine' });
    const uri = 'metrics://series/mcp_tool_executions_total';
    const readAll = async (): Promise<void> => {
      for (const name of ['health', 'list_alerts', 'search_metrics']) await ask(client, name);
      await ask(client, 'query_metric', { metric: 'mcp_tool_executions_total' });
      await client.readResource({ uri });
      await client.getPrompt({ name: 'diagnose', arguments: { symptom: 'x' } });
      await client.subscribeResource({ uri });
    };
    const before = readingsOf(metrics);
    await readAll();
    expect(readingsOf(metrics)).toEqual(before);

    // A notification about a metric must be no change of a metric, or each would be the reason for the next.
    await client.callTool({ name: 'fine' });
    const changed = readingsOf(metrics);
    for (let second = 0; second < 3; second++) {
      clock.advance(1000);
      await settled();
    }
    expect(readingsOf(metrics)).toEqual(changed);
    await client.close();
  });
});

/** Lets everything happen that is ready to happen. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

async function initialize(wire: { send(message: object): Promise<void> }): Promise<void> {
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } };
  await wire.send({ id: 0, method: 'initialize', params });
  await settled();
}

it('works where each request gets a server of its own, and its subscribers hear of changes', async () => {
  const metrics = sampleMetrics();
  const sources = { gatherer: metrics, alerts: alertsOf(FIRING) };
  const handler = createMcpHandler(() =>
    exposeMetricsOverMcp(instrumentMcpServer(new McpServer({ name: 'test', version: '1' }), metrics), sources),
  );
  const updates = await publishMetricUpdates(handler.notify, { ...sources, intervalMs: 20 });
  const nodeHandler = toNodeHandler(handler);
  const listener = await listen((req, res) => nodeHandler(req as Parameters<typeof nodeHandler>[0], res));
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  await client.connect(new StreamableHTTPClientTransport(listener.url));

  const args = { metric: 'queue_depth' };
  expect(await client.callTool({ name: 'query_metric', arguments: args })).toMatchObject({
    structuredContent: { series: [{ labels: {}, value: 7 }] },
  });
  const uri = 'metrics://series/queue_depth';
  const updated: string[] = [];
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => void updated.push(params.uri));
  const subscription = await client.listen({ resourceSubscriptions: [uri] });
  metrics.gauge({ name: 'queue_depth', description: 'Jobs that wait.' }).set(8);
  await until(() => updated.length > 0);
  expect(updated).toEqual([uri]);
  expect(readingsFrom(readingsOf(metrics), 'mcp_tool_executions_total')).toEqual({});

  await subscription.close();
  updates.close();
  await client.close();
  await handler.close();
  await listener.close();
});
