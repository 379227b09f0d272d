import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { FaultName } from '../chaos/fault.ts';
import { startOrchestrator } from '../orchestrator.ts';
import type { Check } from './check.ts';

/** Options of {@link checkFaults}. */
export interface FaultCheckOptions {
  /** Mean number of simulated requests in a second. */
  readonly requestsPerSecond: number;
  /** Seed of the simulated users. */
  readonly seed: number;
  /** How long an alert may take to fire, and to resolve, in milliseconds. */
  readonly withinMs: number;
}

/** Faults that do not hide each other, and are injected at the same time. */
const ROUNDS: readonly (readonly FaultName[])[] = [
  ['slow_database', 'memory_growth'],
  ['cache_flush', 'tool_crash', 'upstream_429'],
  ['pool_exhaustion', 'event_loop_block'],
];
/** Until windows are full and caches are warm. */
const WARM_UP_MS = 15_000;
/** Longer than any round, so that it is the check that ends a fault. */
const FAULT_SECONDS = 120;
const LOOK_MS = 250;
/** How long the last notification may take after its alert has resolved. */
const NOTIFY_MS = 10_000;

/** Injects every fault, and checks that its alert fires, is told, and resolves, as people see it. */
export async function checkFaults({ requestsPerSecond, seed, withinMs }: FaultCheckOptions): Promise<readonly Check[]> {
  const orchestrator = await startOrchestrator({
    host: '127.0.0.1',
    port: 0,
    mayMove: false,
    traffic: { requestsPerSecond, seed },
    // Faults make errors.
    onError: () => undefined,
  });
  try {
    const { origin } = orchestrator;
    await sleep(WARM_UP_MS);
    const early = await waitFor(
      async () => [...(await firing(origin))],
      withinMs,
      ({ length }) => length === 0,
    );
    const checks: Check[] = [
      { name: 'without a fault no alert fires', detail: '', problems: early.value.map((name) => `${name} fires`) },
    ];
    const alerts = await alertsOf(origin);
    for (const faults of ROUNDS) {
      const trials = faults.map((fault) => ({ fault, alert: alerts.get(fault) ?? '' }));
      checks.push(...(await checkRound(origin, trials, withinMs)));
    }
    return [...checks, await checkRules(origin)];
  } finally {
    await orchestrator.stop();
  }
}

/** A fault, and the alert that it is to trip. */
interface Trial {
  readonly fault: FaultName;
  readonly alert: string;
}

async function checkRound(origin: string, trials: readonly Trial[], withinMs: number): Promise<readonly Check[]> {
  for (const { fault } of trials) await setFault(origin, fault, FAULT_SECONDS);
  const fired = await Promise.all(trials.map(({ alert }) => waitForAlert(origin, alert, true, withinMs)));
  for (const { fault } of trials) await setFault(origin, fault, 0);
  const ended = await Promise.all(trials.map(({ alert }) => waitForAlert(origin, alert, false, withinMs)));
  const told = await Promise.all(trials.map(({ alert }) => waitForMessages(origin, alert)));
  return trials.map(({ fault, alert }, index) => {
    const [firedMs = NaN, endedMs = NaN, messages = []] = [fired[index], ended[index], told[index]];
    return {
      name: `the fault ${fault} trips ${alert}`,
      detail: `fires after ${seconds(firedMs)}, resolves ${seconds(endedMs)} after the end`,
      problems: [
        ...(firedMs <= withinMs ? [] : [`it does not fire within ${seconds(withinMs)}`]),
        ...(endedMs <= withinMs ? [] : [`it does not resolve within ${seconds(withinMs)}`]),
        ...['firing', 'resolved'].flatMap((status) =>
          messages.includes(status) ? [] : [`nobody was told that it is ${status}`],
        ),
      ],
    };
  });
}

const faultList = z.object({ faults: z.array(z.object({ name: z.string(), alert: z.string() })) });

/** The alert that each fault is to trip, as the chaos panel says. */
async function alertsOf(origin: string): Promise<ReadonlyMap<string, string>> {
  const { faults } = faultList.parse(await getJson(`${origin}/chaos`));
  return new Map(faults.map(({ name, alert }) => [name, alert]));
}

async function setFault(origin: string, fault: FaultName, lastsSeconds: number): Promise<void> {
  const response = await fetch(`${origin}/chaos/${fault}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ seconds: lastsSeconds }),
  });
  if (!response.ok) throw new Error(`The chaos panel answers ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}

const alertList = z.object({ active: z.array(z.object({ ruleName: z.string(), state: z.string() })) });

/** Names of the rules with an alert that fires, as the dashboard shows it. */
async function firing(origin: string): Promise<ReadonlySet<string>> {
  const { active } = alertList.parse(await getJson(`${origin}/dashboard/api/alerts`));
  return new Set(active.filter(({ state }) => state === 'firing').map(({ ruleName }) => ruleName));
}

/** How long it took until an alert fires, or no longer does, in milliseconds; more than `withinMs` if it does not. */
async function waitForAlert(origin: string, alert: string, fires: boolean, withinMs: number): Promise<number> {
  const { tookMs } = await waitFor(
    () => firing(origin),
    withinMs,
    (names) => names.has(alert) === fires,
  );
  return tookMs;
}

const ruleList = z.object({
  rules: z.array(z.object({ ruleName: z.string(), status: z.string(), warnings: z.array(z.string()) })),
});

/** Checks, when every metric has been seen, that the rules are about metrics that there are, and were evaluated. */
async function checkRules(origin: string): Promise<Check> {
  const { rules } = ruleList.parse(await getJson(`${origin}/dashboard/api/alerts`));
  return {
    name: 'no rule is doubtful',
    detail: `${rules.length} rules`,
    problems: rules.flatMap(({ ruleName, status, warnings }) => [
      ...(status === 'ok' ? [] : [`the status of ${ruleName} is ${status}`]),
      ...warnings.map((warning) => `${ruleName}: ${warning}`),
    ]),
  };
}

const inbox = z.object({
  messages: z.array(z.object({ channel: z.string(), payload: z.unknown() })),
});
const webhook = z.object({ status: z.string(), groupLabels: z.object({ alertname: z.string() }) });

/** What the receiver of the webhook was told of an alert: `firing`, `resolved`. */
async function waitForMessages(origin: string, alert: string): Promise<readonly string[]> {
  const look = async (): Promise<readonly string[]> => {
    const { messages } = inbox.parse(await getJson(`${origin}/inbox`));
    const payloads = messages
      .filter(({ channel }) => channel === 'webhook')
      .map(({ payload }) => webhook.parse(payload));
    return payloads.filter(({ groupLabels }) => groupLabels.alertname === alert).map(({ status }) => status);
  };
  const { value } = await waitFor(look, NOTIFY_MS, (statuses) => statuses.includes('resolved'));
  return value;
}

/** Looks again and again until it is good, or time is up. */
async function waitFor<Value>(
  look: () => Promise<Value>,
  withinMs: number,
  isGood: (value: Value) => boolean,
): Promise<{ readonly value: Value; readonly tookMs: number }> {
  const start = performance.now();
  for (;;) {
    const value = await look();
    const tookMs = performance.now() - start;
    if (isGood(value)) return { value, tookMs };
    if (tookMs > withinMs) return { value, tookMs: Infinity };
    await sleep(LOOK_MS);
  }
}

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url, { headers: { accept: 'application/json' } });
  return response.json();
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
