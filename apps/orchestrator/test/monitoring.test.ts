import { describe, expect, it } from '@jest/globals';
import { pollUntil } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { type MonitoringSystemName } from '../src/monitoring/monitoring-system.ts';
import { startOrchestrator } from '../src/orchestrator.ts';

const SENT = 7;

/** Sends requests to a service that feeds a system, and waits until the system knows of as many or more. */
async function arrivedRequests(name: MonitoringSystemName): Promise<number> {
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
    for (let request = 0; request < SENT; request++) {
      const response = await fetch(`${orchestrator.origin}/api/${request < 4 ? 'projects' : 'nowhere'}`);
      await response.text();
    }
    return await pollUntil(async () => (await system.countedRequests()) >= SENT && system.countedRequests(), {
      what: `${SENT} requests in ${name}`,
      deadlineMs: 30_000,
    });
  } finally {
    await orchestrator.stop();
  }
}

await describeWithBackends(['prometheus', 'victoriametrics', 'influxdb'], 'a real monitoring system', () => {
  it.each(['prometheus', 'victoriametrics', 'influxdb'] as const)(
    'is started, and knows what has happened: %s',
    async (name) => expect(await arrivedRequests(name)).toBe(SENT),
    60_000,
  );
});

describe('the StatsD server of npm', () => {
  it('is started, and knows what has happened', async () => {
    expect(await arrivedRequests('statsd')).toBe(SENT);
  }, 60_000);
});
