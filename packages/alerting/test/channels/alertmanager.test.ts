import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type AlertmanagerServer, start } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { createNotificationService } from '../../src/channels/create-notification-service.ts';
import type { AlertNotifier, NotifierAlert } from '../../src/notify/alert-notifier.ts';
import { createAlertNotifier } from '../../src/notify/create-alert-notifier.ts';
import { anAlert } from './a-notification.ts';
import { UnrulyReceiver } from './unruly-receiver.ts';

/** What is resent every second ends four seconds after the last time. */
const CADENCE = { intervalMs: 200, resendDelayMs: 1000 };
const LIFE_MS = 4000;

interface WebhookBody {
  readonly status: string;
  readonly alerts: readonly { readonly status: string; readonly startsAt: string; readonly endsAt: string }[];
}

await describeWithBackends(['alertmanager'], 'a real Alertmanager fed by us', () => {
  let receiver: UnrulyReceiver;
  let server: AlertmanagerServer;
  let notifier: AlertNotifier;

  beforeEach(async () => {
    receiver = new UnrulyReceiver();
    server = await start.alertmanager({ webhook: `${await receiver.start()}/` });
    const service = createNotificationService({ alertmanager: { url: server.url, ...CADENCE } });
    notifier = createAlertNotifier({ service });
    notifier.start();
  });

  afterEach(async () => {
    await notifier.close(0);
    await server.stop();
    await receiver.stop();
  });

  const firedAt = new Date(Date.now() - 60_000);
  const firing: NotifierAlert = { ...anAlert({ firedAt, activeAt: firedAt }), channels: ['alertmanager'], version: 1 };

  async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (!(await condition())) {
      if (Date.now() > deadline) throw new Error('It did not happen within 20 s.');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  const statuses = () => receiver.received.map(({ body }) => (body as WebhookBody).status);

  it('keeps an alert alive for as long as it fires, and ends it when it resolves', async () => {
    notifier.update([firing], Date.now());
    await until(() => statuses().length > 0);
    await new Promise((resolve) => setTimeout(resolve, 1.5 * LIFE_MS));
    expect(await server.alerts()).toMatchObject([
      { labels: { alertname: 'Down', instance: 'a:80', severity: 'critical' }, status: { state: 'active' } },
    ]);
    expect(statuses()).toEqual(['firing']);
    const resolvedAt = new Date();
    notifier.update([{ ...firing, status: 'resolved', resolvedAt, version: 2 }], Date.now());
    await until(() => statuses().length > 1);
    const [first, last] = receiver.received.map(({ body }) => body as WebhookBody);
    expect(last?.status).toBe('resolved');
    expect(Date.parse(first?.alerts[0]?.startsAt ?? '')).toBe(firedAt.getTime());
    expect(Date.parse(last?.alerts[0]?.endsAt ?? '')).toBe(resolvedAt.getTime());
    expect(notifier.getChannelHealth()).toMatchObject([
      { channel: 'alertmanager', undelivered: 0, circuitOpen: false },
    ]);
  });

  it('is told everything while another one of its cluster is down', async () => {
    const other = await start.alertmanager();
    await server.stop();
    const service = createNotificationService({ alertmanager: { url: [server.url, other.url], ...CADENCE } });
    const both = createAlertNotifier({ service });
    both.start();
    both.update([firing], Date.now());
    await until(async () => (await other.alerts()).length > 0);
    expect(both.getChannelHealth()).toMatchObject([{ undelivered: 0 }]);
    await both.close(0);
    await other.stop();
  });

  it('ends an alert by itself when we are gone', async () => {
    notifier.update([firing], Date.now());
    await until(() => statuses().length > 0);
    await notifier.close(0);
    await until(() => statuses().at(-1) === 'resolved');
    expect(statuses()).toEqual(['firing', 'resolved']);
  });
});
