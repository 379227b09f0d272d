import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '@bduf/metrics-core/primitives';
import { type Orchestrator, startOrchestrator } from '../orchestrator.ts';
import type { RequestLedger } from '../traffic/request-ledger.ts';
import { SimulatedClient } from '../traffic/simulated-client.ts';
import { TrafficGenerator } from '../traffic/traffic-generator.ts';
import { WorkflowClient } from '../traffic/workflow-client.ts';
import type { Check } from './check.ts';
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
    const { problems, families } = await readSettledExposition(orchestrator.origin, ledger.entries());
    return [
      ...checks,
      { name: 'the exposition is valid in each format', detail: `${families.length} families`, problems },
      ...checkMetrics(families, ledger.entries()),
      { name: 'no unexpected error in the service', detail: '', problems: errors.map(String) },
      await checkStop(orchestrator),
    ];
  } finally {
    await orchestrator.stop();
  }
}

/** Lets simulated users use the service while one project is led through the whole workflow, until all have their responses. */
async function useService(
  { origin }: Orchestrator,
  { trafficMs, ...options }: SelfCheckOptions,
): Promise<{ readonly checks: readonly Check[]; readonly ledger: RequestLedger }> {
  const traffic = new TrafficGenerator({ ...options, origin, clock: systemClock });
  const walker = new SimulatedClient(origin, traffic.ledger);
  try {
    await traffic.start();
    const [workflow] = await Promise.all([walkThrough(new WorkflowClient(walker)), sleep(trafficMs)]);
    await traffic.drain();
    return { checks: [...workflow, checkTraffic(traffic)], ledger: traffic.ledger };
  } finally {
    traffic.close();
    walker.close();
  }
}

function checkTraffic({ ledger, surprises }: TrafficGenerator): Check {
  return {
    name: 'simulated users get the responses that they expect',
    detail: `${ledger.total} requests sent`,
    problems: [...surprises, ...(ledger.failures === 0 ? [] : [`${ledger.failures} requests without a response`])],
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
