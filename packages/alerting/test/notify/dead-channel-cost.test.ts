import { describe, expect, it } from '@jest/globals';
import type { NotificationService } from '@bduf/metrics-core/interfaces';
import { ManualClock } from '@bduf/metrics-core/primitives';
import type { AlertNotifier, NotifierAlert } from '../../src/notify/alert-notifier.ts';
import { createAlertNotifier } from '../../src/notify/create-alert-notifier.ts';
import { turns } from './rig.ts';

/** An evaluation of 1 000 rules with 10 series each may take 20 ms. In this one a tenth of all series fires. */
const ALERTS = 1000;
const ALERTS_OF_RULE = 10;
const EVALUATION_MS = 20;
const INTERVAL_MS = 15_000;

function alertsAt(version: number): NotifierAlert[] {
  const at = new Date(0);
  return Array.from({ length: ALERTS }, (_, index) => ({
    id: String(index),
    ruleName: `rule${Math.floor(index / ALERTS_OF_RULE)}`,
    status: 'firing',
    severity: 'warning',
    labels: { alertname: `rule${Math.floor(index / ALERTS_OF_RULE)}`, instance: String(index) },
    annotations: {},
    value: version,
    threshold: 0,
    activeAt: at,
    firedAt: at,
    channels: ['ops'],
    version: index % 10 === 0 ? version : 1,
  }));
}

interface Subject {
  readonly notifier: AlertNotifier;
  readonly clock: ManualClock;
  readonly attempts: () => number;
  /** Milliseconds of each update. */
  readonly updates: number[];
  /** Milliseconds of everything that happened between updates. */
  readonly between: number[];
}

function subject(send: NotificationService['send']): Subject {
  const clock = new ManualClock();
  let attempts = 0;
  const service: NotificationService = {
    send: async (notification, options) => {
      attempts += 1;
      return send(notification, options);
    },
  };
  const notifier = createAlertNotifier({ service, clock });
  notifier.start();
  return { notifier, clock, attempts: () => attempts, updates: [], between: [] };
}

async function evaluate({ notifier, clock, updates, between }: Subject, version: number): Promise<void> {
  const alerts = alertsAt(version);
  const startMs = performance.now();
  notifier.update(alerts, clock.now());
  updates.push(performance.now() - startMs);
  const betweenMs = performance.now();
  clock.advance(INTERVAL_MS);
  await turns();
  between.push(performance.now() - betweenMs);
}

/** The quickest of the later ones: what disturbs a measurement only ever adds to it. */
function quickest(times: readonly number[]): number {
  return Math.min(...times.slice(-300));
}

describe('a dead channel', () => {
  it('adds less than 1 % to an evaluation', async () => {
    const healthy = subject(() => Promise.resolve({ status: 'delivered' }));
    const dead = subject(() => new Promise(() => undefined));
    // Interleaved, so that both see the same machine; the first rounds are for the compiler and for groups to be told of.
    for (let round = 1; round <= 400; round += 1) {
      await evaluate(healthy, round);
      await evaluate(dead, round);
    }
    const costOf = ({ updates, between }: Subject) => quickest(updates) + quickest(between);
    expect(costOf(dead) - costOf(healthy)).toBeLessThan(EVALUATION_MS / 100);
    // 100 minutes: four hang until they time out, then there are single probes.
    expect(dead.attempts()).toBeLessThan(50);
  });
});
