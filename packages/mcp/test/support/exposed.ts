import { MetricsCollector } from '@bduf/metrics-core';
import { type ExposeMetricsOptions, exposeMetricsOverMcp } from '@bduf/metrics-mcp/expose';
import { type TestMcpClient, type TestSdk, type TestServer, connectClient } from './in-memory.ts';

/** What tests of exposed metrics use of a client. */
export interface ExposedClient extends TestMcpClient {
  listResources(): Promise<{ readonly resources: readonly { readonly uri: string }[] }>;
  listResourceTemplates(): Promise<{ readonly resourceTemplates: readonly { readonly uriTemplate: string }[] }>;
  readResource(params: { uri: string }): Promise<{ readonly contents: readonly ResourceText[] }>;
  subscribeResource(params: { uri: string }): Promise<unknown>;
  unsubscribeResource(params: { uri: string }): Promise<unknown>;
  getPrompt(params: { name: string; arguments: Record<string, string> }): Promise<{
    readonly messages: readonly { readonly content: { readonly text: string } }[];
  }>;
  complete(params: object): Promise<{ readonly completion: { readonly values: readonly string[] } }>;
}

/** Contents of a resource. */
export interface ResourceText {
  readonly uri: string;
  readonly mimeType: string;
  readonly text: string;
}

/** Answer of a tool over metrics. */
export interface MetricToolAnswer {
  readonly isError?: boolean;
  readonly structuredContent?: Record<string, unknown>;
  readonly content: readonly { readonly text: string }[];
}

/** A collector with a metric of each kind that matters here. */
export function sampleMetrics(): MetricsCollector {
  const metrics = new MetricsCollector();
  const requests = metrics.counter({
    name: 'http_requests_total',
    description: 'Requests.',
    labels: ['method', 'status_code'],
  });
  requests.inc({ method: 'GET', status_code: '200' }, 90);
  requests.inc({ method: 'GET', status_code: '500' }, 10);
  requests.inc({ method: 'POST', status_code: '200' }, 20);
  const duration = metrics.histogram({
    name: 'http_request_duration_seconds',
    description: 'Time to answer.',
    unit: 'seconds',
    labels: ['method'],
    buckets: [0.1, 0.2, 0.4, 0.8],
  });
  for (let request = 0; request < 100; request++) duration.observe({ method: 'GET' }, request < 90 ? 0.15 : 0.6);
  duration.observe({ method: 'POST' }, 0.05);
  metrics.gauge({ name: 'queue_depth', description: 'Jobs that wait.' }).set(7);
  const wait = metrics.summary({ name: 'wait_seconds', description: 'Waiting.', unit: 'seconds', labels: ['queue'] });
  for (let job = 1; job <= 100; job++) wait.observe({ queue: job % 2 === 0 ? 'a' : 'b' }, job / 100);
  return metrics;
}

/** Connects a client to a server that exposes metrics. */
export async function connectExposed(
  sdk: TestSdk,
  options: ExposeMetricsOptions,
  server: TestServer = sdk.createServer(),
  client: TestMcpClient = sdk.createClient(),
): Promise<ExposedClient> {
  exposeMetricsOverMcp(server as never, options);
  // Clients of both SDKs offer all of this.
  return (await connectClient(sdk, server, client)) as unknown as ExposedClient;
}

/** Calls a tool over metrics. */
export async function ask(client: TestMcpClient, name: string, args: object = {}): Promise<MetricToolAnswer> {
  return (await client.callTool({ name, arguments: { ...args } })) as MetricToolAnswer;
}
