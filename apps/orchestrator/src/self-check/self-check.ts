import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '@bduf/metrics-core/primitives';
import { type Orchestrator, startOrchestrator } from '../orchestrator.ts';
import { McpWorkflow } from '../traffic/mcp-workflow.ts';
import { RestWorkflow } from '../traffic/rest-workflow.ts';
import { SimulatedClient } from '../traffic/simulated-client.ts';
import { type McpEra, SimulatedMcpClient } from '../traffic/simulated-mcp-client.ts';
import { TrafficGenerator } from '../traffic/traffic-generator.ts';
import { TrafficLedger } from '../traffic/traffic-ledger.ts';

import type { Check } from './check.ts';
import { checkMcpServer, checkMetricsOverMcp } from './check-mcp-server.ts';
import { checkMetrics } from './check-metrics.ts';
import { readSettledExposition } from './exposition.ts';
import { walkThrough } from './walk-through.ts';

/** Options of {@link runSelfCheck}. */
export interface SelfCheckOptions {
  /** How long simulated users use the service, in milliseconds. */
  readonly trafficMs: number;
  /** Mean number of their requests in a second. */
  readonly requestsPerSecond: number;
  /** Seed of their intentions. */
  readonly seed: number;
}

/** Questions that the external services take at once. */
const MOST_GRANTED = 5;
/** How long the end of the service may take, in milliseconds. */
const MOST_STOP_MS = 1000;

/** Starts a service of its own on a free port, uses it, and checks its work and what it says about it. */
export async function runSelfCheck(options: SelfCheckOptions): Promise<readonly Check[]> {
  const errors: unknown[] = [];
  const orchestrator = await startOrchestrator({
    host: '127.0.0.1',
    port: 0,
    mayMove: false,
    traffic: undefined,
    onError: (error) => errors.push(error),
  });
  try {
    const { checks, ledger } = await useService(orchestrator, options);
    const { problems, families } = await readSettledExposition(orchestrator.origin, ledger.requests.entries());
    return [
      ...checks,
      { name: 'the exposition is valid in each format', detail: `${families.length} families`, problems },
      ...checkMetrics(families, ledger),
      { name: 'no unexpected error in the service', detail: '', problems: errors.map(String) },
      await checkStop(orchestrator),
    ];
  } finally {
    await orchestrator.stop();
  }
}

/** Lets simulated users use the service while projects are led through the whole workflow, until all have their responses. */
async function useService(
  { origin }: Orchestrator,
  { trafficMs, ...options }: SelfCheckOptions,
): Promise<{ readonly checks: readonly Check[]; readonly ledger: TrafficLedger }> {
  const traffic = new TrafficGenerator({ ...options, origin, clock: systemClock });
  const walked = new TrafficLedger();
  try {
    await traffic.start();
    const [workflows] = await Promise.all([walkEachWay(origin, walked), sleep(trafficMs)]);
    await traffic.drain();
    const checks = [...workflows, checkTraffic(traffic)];
    traffic.ledger.addAll(walked);
    return { checks, ledger: traffic.ledger };
  } finally {
    traffic.close();
  }
}

/** Leads a project by each protocol that the service offers. */
async function walkEachWay(origin: string, ledger: TrafficLedger): Promise<readonly Check[]> {
  const client = new SimulatedClient(origin, ledger);
  const overRest = await walkThrough(new RestWorkflow(client))
    .then(async (checks) => [...checks, await askTooOften(client)])
    .finally(() => client.close());
  const checks = [named('REST', overRest)];
  for (const era of ['legacy', 'modern'] as const) checks.push(await walkOverMcp(origin, era, ledger));
  return checks.flat();
}

/** Asks for more context at once than the external services grant. */
async function askTooOften(client: SimulatedClient): Promise<Check> {
  const subjects = Array.from({ length: MOST_GRANTED * 2 }, (_, index) => `subject number ${index}`);
  const answers = await Promise.all(
    subjects.map(async (subject) =>
      client.send({ method: 'GET', route: '/api/context', query: `?query=${encodeURIComponent(subject)}` }),
    ),
  );
  const others = answers.filter(({ status }) => status !== 200 && status !== 503).map(({ status }) => status);
  return {
    name: 'context: what external services refuse does not break the service',
    detail: `${answers.length} questions at once`,
    problems: others.map((status) => `a question was answered with status ${status}`),
  };
}

async function walkOverMcp(origin: string, era: McpEra, ledger: TrafficLedger): Promise<readonly Check[]> {
  const client = new SimulatedMcpClient({ origin, era, ledger, onClosed: () => undefined });
  try {
    await client.connect();
    const workflow = await walkThrough(new McpWorkflow(client));
    const checks = [...workflow, await checkMcpServer(client), await checkMetricsOverMcp(client)];
    return named(`MCP, ${era} era`, checks);
  } finally {
    await client.close();
  }
}

function named(protocol: string, checks: readonly Check[]): readonly Check[] {
  return checks.map((check) => ({ ...check, name: `${protocol}: ${check.name}` }));
}

function checkTraffic({ ledger, surprises }: TrafficGenerator): Check {
  return {
    name: 'simulated users get the responses that they expect',
    detail: `${ledger.requests.total} requests sent`,
    problems: [
      ...surprises,
      ...ledger.failures.entries().map(({ labels, count }) => `${count} × ${labels.join(' ')} got no response`),
    ],
  };
}

async function checkStop(orchestrator: Orchestrator): Promise<Check> {
  const start = performance.now();
  await orchestrator.stop();
  const elapsedMs = Math.round(performance.now() - start);
  return {
    name: 'the service ends in time',
    detail: `${elapsedMs} ms`,
    problems: elapsedMs <= MOST_STOP_MS ? [] : [`it took ${elapsedMs} ms instead of at most ${MOST_STOP_MS}`],
  };
}
