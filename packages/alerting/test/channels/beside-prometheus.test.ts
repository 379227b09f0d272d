import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type PrometheusServer, start } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { createNotificationService } from '../../src/channels/create-notification-service.ts';
import type { AlertNotifier } from '../../src/notify/alert-notifier.ts';
import { createAlertNotifier } from '../../src/notify/create-alert-notifier.ts';
import { anAlert } from './a-notification.ts';
import { UnrulyReceiver, answers } from './unruly-receiver.ts';

const RESEND_S = 2;
/** A Prometheus finds its Alertmanagers within five seconds and loses what it sends before. */
const FIRING_S = 13;
const END_S = 21;

interface Post {
  readonly atMs: number;
  readonly status: 'firing' | 'resolved';
  /** Whole seconds from the arrival to the end that the alert has. */
  readonly lifeS: number;
}

await describeWithBackends(['prometheus'], 'an Alertmanager is fed as by a real Prometheus', () => {
  const receiver = new UnrulyReceiver();
  const posts: Record<'theirs' | 'ours', Post[]> = { theirs: [], ours: [] };
  let prometheus: PrometheusServer;
  let notifier: AlertNotifier;

  beforeAll(async () => {
    const url = await receiver.start();
    receiver.behaviour = (res, req) => {
      // Both write the form of the API v2.
      const alerts = receiver.received.at(-1)?.body as readonly { readonly endsAt: string }[];
      const atMs = Date.now();
      const lifeMs = Date.parse(alerts[0]?.endsAt ?? '') - atMs;
      const side = req.url?.startsWith('/ours/') === true ? 'ours' : 'theirs';
      posts[side].push({ atMs, status: lifeMs > 0 ? 'firing' : 'resolved', lifeS: Math.round(lifeMs / 1000) });
      answers(200)(res, req);
    };
    const endMs = Date.now() + FIRING_S * 1000;
    prometheus = await start.prometheus({
      interval: '1s',
      rules: `groups: [{name: g, interval: 1s, rules: [{alert: Down, expr: "vector(1) and (vector(time()) < ${endMs / 1000})"}]}]`,
      alertmanagers: [new URL(url).host],
      flags: [`--rules.alert.resend-delay=${RESEND_S}s`],
    });
    notifier = createAlertNotifier({
      service: createNotificationService({
        alertmanager: { url: `${url}/ours`, intervalMs: 1000, resendDelayMs: RESEND_S * 1000 },
      }),
    });
    notifier.start();
    const firing = { ...anAlert({ firedAt: new Date() }), channels: ['alertmanager'], version: 1 };
    notifier.update([firing], Date.now());
    await until(endMs);
    notifier.update([{ ...firing, status: 'resolved', resolvedAt: new Date(), version: 2 }], Date.now());
    await until(endMs + (END_S - FIRING_S) * 1000);
  });

  afterAll(async () => {
    await notifier.close(0);
    await prometheus.stop();
    await receiver.stop();
  });

  const of = (side: 'theirs' | 'ours', status: Post['status']) => posts[side].filter((post) => post.status === status);
  /** Seconds between posts, to a half. We tell what changes at once, between looks, so that our first gap is any. */
  const gaps = (side: 'theirs' | 'ours', status: Post['status']) => {
    const times = of(side, status)
      .map(({ atMs }) => atMs)
      .slice(side === 'ours' ? 1 : 0);
    return new Set(times.slice(1).map((atMs, index) => Math.round((atMs - (times[index] ?? NaN)) / 500) / 2));
  };

  it.each(['firing', 'resolved'] as const)('is told again as often: %s', (status) => {
    // Strictly later than the delay, looked at once a second.
    expect(gaps('theirs', status)).toEqual(new Set([RESEND_S + 1]));
    expect(gaps('ours', status)).toEqual(new Set([RESEND_S + 1]));
  });

  it('would let an alert end as long after the last news of it', () => {
    expect(new Set(of('theirs', 'firing').map(({ lifeS }) => lifeS))).toEqual(new Set([4 * RESEND_S]));
    expect(new Set(of('ours', 'firing').map(({ lifeS }) => lifeS))).toEqual(new Set([4 * RESEND_S]));
  });
});

async function until(atMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - Date.now())));
}
