import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@bduf/metrics-core/primitives';
import { type Orchestrator, startOrchestrator } from '../src/orchestrator.ts';

let stateFolder: string;
beforeEach(() => {
  stateFolder = mkdtempSync(path.join(tmpdir(), 'bduf-alerts-'));
});
afterEach(() => rmSync(stateFolder, { recursive: true, force: true }));

async function start(): Promise<Orchestrator> {
  return startOrchestrator({
    host: '127.0.0.1',
    port: 0,
    mayMove: false,
    traffic: undefined,
    stateFolder,
    onError: (error) => {
      throw error;
    },
  });
}

/** Waits until the alert of the pool fires. */
async function untilPoolAlert({ alerts }: Orchestrator): Promise<void> {
  const isFiring = (): boolean =>
    alerts
      .getActiveAlerts()
      .some(({ ruleName, state }) => ruleName === 'database_connection_exhaustion' && state === 'firing');
  while (!isFiring()) await sleep(100);
}

async function webhookMessages({ origin }: Orchestrator): Promise<readonly string[]> {
  const answer = await fetch(`${origin}/inbox`, { headers: { accept: 'application/json' } });
  const { messages } = (await answer.json()) as {
    readonly messages: readonly { readonly channel: string; readonly payload: { readonly status: string } }[];
  };
  return messages.filter(({ channel }) => channel === 'webhook').map(({ payload }) => payload.status);
}

describe('alerts', () => {
  it('survive a restart: people are told once that it began and once that it ended', async () => {
    const first = await start();
    try {
      first.faults.inject('pool_exhaustion', 60);
      await untilPoolAlert(first);
      while ((await webhookMessages(first)).length === 0) await sleep(100);
      expect(await webhookMessages(first)).toEqual(['firing']);
    } finally {
      await first.stop();
    }

    // The pool of the next process is a new one. Its alert manager knows what the last one has told.
    const second = await start();
    try {
      while ((await webhookMessages(second)).length === 0) await sleep(100);
      expect(await webhookMessages(second)).toEqual(['resolved']);
      const events = second.alerts.getAlertHistory({ start: new Date(0), end: new Date(systemClock.now()) });
      const changes = events.filter(
        ({ ruleName, type }) => ruleName === 'database_connection_exhaustion' && type !== 'notified',
      );
      expect(changes.map(({ type }) => type)).toEqual(['pending', 'firing', 'resolved']);
    } finally {
      await second.stop();
    }
  }, 60_000);
});
