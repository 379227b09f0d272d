import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createNotificationService } from '../../src/channels/create-notification-service.ts';
import type { AlertNotifier, NotifierAlert, NotifierEvent } from '../../src/notify/alert-notifier.ts';
import { createAlertNotifier } from '../../src/notify/create-alert-notifier.ts';
import { anAlert } from '../channels/a-notification.ts';
import { type Behaviour, UnrulyReceiver, answers, babbles, resets, stallsAfter } from '../channels/unruly-receiver.ts';

/** The real clock and real connections, with pauses as short as chance allows. */
describe('a receiver that fails in every way before it takes anything', () => {
  let receiver: UnrulyReceiver;
  let healthy: UnrulyReceiver;
  let notifier: AlertNotifier;
  const events: NotifierEvent[] = [];

  beforeEach(async () => {
    receiver = new UnrulyReceiver();
    healthy = new UnrulyReceiver();
    const [url, healthyUrl] = await Promise.all([receiver.start(), healthy.start()]);
    events.length = 0;
    notifier = createAlertNotifier({
      service: createNotificationService({
        webhook: { url },
        slack: { webhookUrl: healthyUrl },
      }),
      groupWaitMs: 50,
      groupIntervalMs: 60_000,
      attemptTimeoutMs: 500,
      failureThreshold: 100,
      random: () => 0,
      onEvent: (event) => events.push(event),
    });
    notifier.start();
  });

  afterEach(async () => {
    await notifier.close(0);
    await Promise.all([receiver.stop(), healthy.stop()]);
  });

  const firing: NotifierAlert = {
    ...anAlert({ firedAt: new Date(), activeAt: new Date() }),
    channels: ['webhook', 'slack'],
    version: 1,
  };

  async function until(condition: () => boolean): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (!condition()) {
      if (Date.now() > deadline) throw new Error('It did not happen within 20 s.');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Behaves differently with each request; the last way stays. */
  function inTurn(...ways: readonly Behaviour[]): void {
    let requests = 0;
    receiver.behaviour = (res, req) => {
      const way = ways[Math.min(requests, ways.length - 1)];
      requests += 1;
      way?.(res, req);
    };
  }

  const webhookLog = () =>
    notifier
      .getDeliveries()
      .filter(({ channel }) => channel === 'webhook')
      .toReversed();

  it('gets the same news again under the same key until it takes it; others do not wait for it', async () => {
    const hangs: Behaviour = () => undefined;
    inTurn(hangs, resets, babbles, answers(200));
    const startedMs = performance.now();
    notifier.update([firing], Date.now());
    await until(() => healthy.received.length === 1);
    expect(performance.now() - startedMs).toBeLessThan(1500);
    await until(() => webhookLog().some(({ status }) => status === 'delivered'));
    expect(webhookLog().map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, 'retry'],
      [2, 'retry'],
      [3, 'retry'],
      [4, 'delivered'],
    ]);
    expect(webhookLog()[0]?.error).toBe('no answer within 500 ms');
    expect(new Set(receiver.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(events.filter(({ channel }) => channel === 'webhook').map(({ type }) => type)).toEqual([
      'delivery_failed',
      'notified',
    ]);
  });

  it('is given the pause that it asks for, and is not asked again about what it refuses', async () => {
    inTurn(answers(429, '', { 'retry-after': '2' }), stallsAfter(410, 'gone'));
    notifier.update([firing], Date.now());
    await until(() => notifier.getDeadLetters().length === 1);
    const [first, second] = webhookLog();
    expect((second?.at.getTime() ?? 0) - (first?.at.getTime() ?? 0)).toBeGreaterThanOrEqual(2000);
    expect(second).toMatchObject({ status: 'permanent', error: 'answered 410 gone' });
    expect(notifier.getDeadLetters()).toMatchObject([{ channel: 'webhook', alertIds: [firing.id] }]);
  });
});
