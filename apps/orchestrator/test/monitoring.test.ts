import { describe, expect, it } from '@jest/globals';
import { pollUntil } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { type MonitoringSystemName } from '../src/monitoring/monitoring-system.ts';
import { startOrchestrator } from '../src/orchestrator.ts';

/** Sends requests to a service that feeds a system, and waits until the system knows of exactly as many. */
async function expectItToArrive(name: MonitoringSystemName): Promise<void> {
  const orchestrator = await startOrchestrator({
    host: '127.0.0.1',
    port: 0,
    mayMove: false,
    traffic: undefined,
    feeds: [name],
    onError: (error) => {
      throw error;
    },
  });
  try {
    const [system] = orchestrator.fed;
    if (system === undefined) throw new Error(`${name} was not started`);
    expect(system.description).toMatch(/\d+/);
    for (let request = 0; request < 7; request++) {
      const response = await fetch(`${orchestrator.origin}/api/${request < 4 ? 'projects' : 'nowhere'}`);
      await response.text();
    }
    const arrived = await pollUntil(async () => (await system.countedRequests()) >= 7 && system.countedRequests(), {
      what: `7 requests in ${name}`,
      deadlineMs: 30_000,
    });
    expect(arrived).toBe(7);
  } finally {
    await orchestrator.stop();
  }
}

await describeWithBackends(['prometheus', 'victoriametrics', 'influxdb'], 'a real monitoring system', () => {
  it.each(['prometheus', 'victoriametrics', 'influxdb'] as const)(
    'is started, and knows what has happened: %s',
    (name) => expectItToArrive(name),
    60_000,
  );
});

describe('the StatsD server of npm', () => {
  it('is started, and knows what has happened', () => expectItToArrive('statsd'), 60_000);
});
