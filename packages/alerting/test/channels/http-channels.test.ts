import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeliveryResult, Notification } from '@bduf/metrics-core/interfaces';
import { ManualClock } from '@bduf/metrics-core/primitives';
import { alertmanagerAlerts, createAlertmanagerChannel } from '../../src/channels/alertmanager-channel.ts';
import type { ChannelSender } from '../../src/channels/channel-sender.ts';
import { createPagerDutyChannel } from '../../src/channels/pagerduty-channel.ts';
import { createSlackChannel } from '../../src/channels/slack-channel.ts';
import { createWebhookChannel } from '../../src/channels/webhook-channel.ts';
import { RESOLVED, aNotification, anAlert } from './a-notification.ts';
import { UnrulyReceiver, answers, babbles, halfCloses, resets, stallsAfter } from './unruly-receiver.ts';

const SECRET = 'T0K3N-do-not-tell';

interface Subject {
  readonly create: (url: string) => ChannelSender;
  readonly accepted: number;
}

/** Every channel over HTTP passes the same suite. */
const SUBJECTS: Readonly<Record<string, Subject>> = {
  webhook: {
    create: (url) => createWebhookChannel({ url: `${url}/hook/${SECRET}`, bearerToken: SECRET }),
    accepted: 200,
  },
  alertmanager: { create: (url) => createAlertmanagerChannel({ url, bearerToken: SECRET }), accepted: 200 },
  slack: { create: (url) => createSlackChannel({ webhookUrl: `${url}/services/${SECRET}` }), accepted: 200 },
  pagerduty: { create: (url) => createPagerDutyChannel({ baseUrl: url, routingKey: SECRET }), accepted: 202 },
};

describe.each(Object.entries(SUBJECTS))('%s over HTTP', (_, { create, accepted }) => {
  const receiver = { current: new UnrulyReceiver() };
  let channel: ChannelSender;

  beforeEach(async () => {
    receiver.current = new UnrulyReceiver();
    channel = create(await receiver.current.start());
  });

  afterEach(async () => receiver.current.stop());

  async function send(
    notification: Notification = aNotification(),
    signal = new AbortController().signal,
  ): Promise<DeliveryResult> {
    const result = await channel.send(notification, { signal });
    expect(JSON.stringify(result)).not.toContain(SECRET);
    return result;
  }

  it('delivers, also when the rest of the answer never comes', async () => {
    receiver.current.behaviour = stallsAfter(accepted, 'o');
    expect(await send()).toEqual({ status: 'delivered' });
    expect(receiver.current.received).toHaveLength(1);
    expect(receiver.current.received[0]?.headers).toMatchObject({ 'content-type': 'application/json' });
  });

  it.each([500, 502, 503, 504, 408, 425, 429])('may try again after %i', async (status) => {
    receiver.current.behaviour = answers(status, 'later');
    expect(await send()).toEqual({ status: 'retry', error: `answered ${status} later` });
  });

  it.each([
    ['7', 7000],
    ['Wed, 21 Oct 2099 07:28:00 GMT', expect.any(Number)],
  ])('passes on what the receiver asks for: Retry-After: %s', async (header, retryAfterMs) => {
    receiver.current.behaviour = answers(429, '', { 'retry-after': header });
    expect(await send()).toEqual({ status: 'retry', error: 'answered 429', retryAfterMs });
  });

  it.each([400, 401, 403, 404, 410, 413])('does not try again after %i', async (status) => {
    receiver.current.behaviour = answers(status, 'no_such_thing https://hooks.example/x/y');
    expect(await send()).toEqual({
      status: 'permanent',
      error: `answered ${status} no_such_thing https://hooks.example/…`,
    });
  });

  it.each([301, 302, 307, 308])(
    'does not follow a redirect (%i): what is told must not go elsewhere',
    async (status) => {
      receiver.current.behaviour = answers(status, '', { location: `${receiver.current.url}/elsewhere` });
      expect(await send()).toMatchObject({ status: 'permanent', error: expect.stringContaining('redirect') });
      expect(receiver.current.received.map(({ path }) => path)).not.toContain('/elsewhere');
    },
  );

  it.each([
    ['closes the connection without an answer', halfCloses],
    ['breaks the connection', resets],
    ['says what is no HTTP', babbles],
  ])('may try again when the receiver %s', async (_name, behaviour) => {
    receiver.current.behaviour = behaviour;
    expect(await send()).toEqual({ status: 'retry', error: expect.stringMatching(/^fetch failed: ./) });
  });

  it('may try again when nobody is there', async () => {
    await receiver.current.stop();
    expect(await send()).toEqual({ status: 'retry', error: expect.stringContaining('ECONNREFUSED') });
    await receiver.current.start();
  });

  it('judges by the status when an error comes slowly', async () => {
    receiver.current.behaviour = stallsAfter(404, 'gone');
    expect(await send()).toEqual({ status: 'permanent', error: 'answered 404 gone' });
  });

  it('ends when it is told to, and closes its connection', async () => {
    const abort = new AbortController();
    const closed = new Promise<void>((resolve) => {
      receiver.current.behaviour = (_res, req) => {
        req.socket.once('close', () => resolve());
        abort.abort(new Error('no answer within 10 ms'));
      };
    });
    expect(await send(aNotification(), abort.signal)).toEqual({ status: 'retry', error: 'no answer within 10 ms' });
    await closed;
  });

  it('keeps to itself what the receiver echoes', async () => {
    receiver.current.behaviour = (res, req) =>
      void res.writeHead(500).end(`${req.headers.authorization ?? ''} https://u:${SECRET}@x.example/${SECRET}`);
    expect(await send()).toMatchObject({ status: 'retry' });
  });
});

describe('PagerDuty', () => {
  it('is told of each alert; one that is refused does not keep the others from arriving', async () => {
    const actions: unknown[] = [];
    const channel = createPagerDutyChannel({
      routingKey: 'R',
      fetch: (_url, init) => {
        // It is our own body.
        const event = JSON.parse(init.body as string) as { readonly dedup_key: string };
        actions.push(event.dedup_key);
        return Promise.resolve(new Response('', { status: event.dedup_key === 'b' ? 400 : 202 }));
      },
    });
    const alerts = ['a', 'b', 'c'].map((id) => anAlert({ id }));
    const result = await channel.send(aNotification({ alerts }), { signal: new AbortController().signal });
    expect(actions).toEqual(['a', 'b', 'c']);
    expect(result).toEqual({ status: 'permanent', error: 'answered 400' });
  });

  it('sends few events at a time, stops at the first that must wait, and waits for the longest', async () => {
    let atOnce = 0;
    let most = 0;
    let sent = 0;
    const channel = createPagerDutyChannel({
      routingKey: 'R',
      clock: new ManualClock(),
      fetch: async () => {
        atOnce += 1;
        sent += 1;
        most = Math.max(most, atOnce);
        const headers = { 'retry-after': String(sent) };
        await new Promise((resolve) => setImmediate(resolve));
        atOnce -= 1;
        return new Response('', { status: 429, headers });
      },
    });
    const alerts = Array.from({ length: 30 }, (_, index) => anAlert({ id: String(index) }));
    const result = await channel.send(aNotification({ alerts }), { signal: new AbortController().signal });
    expect({ most, sent }).toEqual({ most: 8, sent: 8 });
    expect(result).toMatchObject({ status: 'retry', retryAfterMs: 8000 });
  });
});

describe('Alertmanager', () => {
  const urls = ['http://a.example', 'http://b.example/am/'];

  async function feed(statuses: readonly number[], count = 1) {
    const posts: [string, number][] = [];
    const channel = createAlertmanagerChannel({
      url: urls,
      fetch: (url, init) => {
        // It is our own body.
        posts.push([url, (JSON.parse(init.body as string) as readonly unknown[]).length]);
        return Promise.resolve(
          new Response('', { status: statuses[urls.findIndex((each) => url.startsWith(each))] ?? 0 }),
        );
      },
    });
    const alerts = Array.from({ length: count }, (_, index) => anAlert({ id: String(index) }));
    const result = await channel.send(aNotification({ alerts }), { signal: new AbortController().signal });
    return { posts, status: result.status };
  }

  it('feeds each member of a cluster in batches; one that takes it is enough', async () => {
    const batches = (url: string) => [256, 256, 88].map((count): [string, number] => [url, count]);
    const { posts, status } = await feed([200, 200], 600);
    expect(posts.filter(([url]) => url.startsWith('http://a'))).toEqual(batches('http://a.example/api/v2/alerts'));
    expect(posts.filter(([url]) => url.startsWith('http://b'))).toEqual(batches('http://b.example/am/api/v2/alerts'));
    expect(status).toBe('delivered');
    expect((await feed([503, 200])).status).toBe('delivered');
    expect((await feed([503, 400])).status).toBe('retry');
    expect((await feed([400, 400])).status).toBe('permanent');
  });

  it('lets an alert end after four pauses without news of it, and leaves out what it would refuse', () => {
    const alert = anAlert({ labels: { alertname: 'Down', empty: '' }, runbookUrl: 'see the wiki' });
    expect(
      alertmanagerAlerts(aNotification({ alerts: [alert, RESOLVED] }), { intervalMs: 1000, resendDelayMs: 3000 }),
    ).toEqual([
      {
        labels: { alertname: 'Down', severity: 'critical' },
        annotations: alert.annotations,
        startsAt: '2026-01-01T00:05:00.000Z',
        endsAt: '2026-01-01T00:05:17.000Z',
      },
      {
        labels: { alertname: 'Down', instance: 'a:80', severity: 'critical' },
        annotations: alert.annotations,
        startsAt: '2026-01-01T00:05:00.000Z',
        endsAt: '2026-01-01T00:09:00.000Z',
        generatorURL: 'https://metrics.example/dashboard',
      },
    ]);
  });

  it('needs an address', () => {
    expect(() => createAlertmanagerChannel({ url: [] })).toThrow(/alertmanager\.url/);
  });
});
