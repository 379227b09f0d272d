import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AlertManager, createNotificationService } from '@bduf/metrics-alerting';
import { MetricsCollector } from '@bduf/metrics-core';
import { MetricsDashboard, type MountedDashboard, metricsDashboard } from '@bduf/metrics-dashboard';
import { alertStatusSchema } from '@bduf/metrics-dashboard/schema';
import { MetricsHistory } from '@bduf/metrics-aggregation';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

interface AlertsState {
  readonly active: readonly {
    readonly id: string;
    readonly ruleName: string;
    readonly state: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly acknowledgedBy?: string;
    readonly silencedBy: readonly string[];
  }[];
  readonly silences: readonly { readonly id: string; readonly comment: string }[];
  readonly rules: readonly { readonly ruleName: string; readonly status: string; readonly explanation: string }[];
  readonly deliveries: readonly { readonly channel: string; readonly status: string }[];
  readonly deadLetters: readonly { readonly id: string; readonly channel: string; readonly error: string }[];
}

const collector = new MetricsCollector();
const errors = collector.gauge({ name: 'error_ratio', description: 'Share that fails.', labels: ['route'] });
const told: string[] = [];
let isMailboxThere = false;
const manager = new AlertManager(
  collector,
  createNotificationService({
    channels: {
      inbox: ({ status }) => void told.push(`inbox ${status}`),
      mailbox: ({ status }) => {
        if (!isMailboxThere) return { status: 'permanent', error: 'There is no such mailbox.' };
        told.push(`mailbox ${status}`);
        return { status: 'delivered' };
      },
    },
  }),
  {
    intervalMs: 60_000,
    rules: [
      {
        name: 'failing_route',
        description: 'A route fails.',
        metric: 'error_ratio',
        condition: 'gt',
        threshold: 0.05,
        duration: 0,
        severity: 'error',
        labels: { team: 'shop' },
        groupBy: ['route'],
        notifications: ['inbox', 'mailbox'],
      },
    ],
  },
);
let dashboard: MountedDashboard;
let server: Server;
let url: string;

beforeAll(async () => {
  dashboard = metricsDashboard({ collector, alerts: manager, alertControl: manager });
  server = createServer(dashboard);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await manager.start();
  errors.set({ route: '/orders' }, 0.3);
  errors.set({ route: '/search' }, 0.01);
  await manager.evaluateRules();
  await manager.flush();
});

afterAll(async () => {
  dashboard.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await manager.close(0);
});

async function state(): Promise<AlertsState> {
  return (await (await fetch(`${url}api/alerts`)).json()) as AlertsState;
}

async function act(action: string, body: unknown): Promise<number> {
  return (await answerTo(action, body)).status;
}

async function answerTo(action: string, body: unknown): Promise<Response> {
  return fetch(`${url}api/alerts/${action}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-metrics-dashboard': '1' },
    body: JSON.stringify(body),
  });
}

it('shows what fires, the rule behind it, and who was told', async () => {
  const { active, rules, deliveries, deadLetters } = await state();
  expect(active).toMatchObject([
    { ruleName: 'failing_route', state: 'firing', labels: { route: '/orders' }, silencedBy: [] },
  ]);
  expect(rules).toMatchObject([{ ruleName: 'failing_route', status: 'ok' }]);
  expect(rules[0]?.explanation).toContain('0.05');
  expect(deliveries.map(({ channel, status }) => `${channel} ${status}`).toSorted()).toStrictEqual([
    'inbox delivered',
    'mailbox permanent',
  ]);
  expect(deadLetters).toMatchObject([{ channel: 'mailbox' }]);
  expect(deadLetters[0]?.error).toContain('no such mailbox');
  const status = await new MetricsDashboard(new MetricsHistory(collector), { alerts: manager }).getAlertStatus();
  expect(alertStatusSchema.parse(status)).toStrictEqual(status);
  expect(status).toMatchObject({ isConnected: true, firing: { error: 1 }, deadLetters: 1 });
});

it('has an alert acknowledged and taken back', async () => {
  const id = (await state()).active[0]?.id;
  expect(await act('acknowledge', { id, by: 'ann' })).toBe(200);
  expect((await state()).active[0]?.acknowledgedBy).toBe('ann');
  expect(await act('unacknowledge', { id })).toBe(200);
  expect((await state()).active[0]?.acknowledgedBy).toBeUndefined();
});

it('has what matches silenced until the silence is ended', async () => {
  const silence = {
    matchers: [{ name: 'route', op: '=~', value: '/ord.*' }],
    durationMs: 3_600_000,
    by: 'ann',
    comment: 'deploying',
  };
  expect(await act('silence', silence)).toBe(200);
  await manager.evaluateRules();
  const { active, silences } = await state();
  expect(silences).toMatchObject([{ comment: 'deploying' }]);
  expect(active[0]?.silencedBy).toStrictEqual([silences[0]?.id]);
  expect(await act('expire', { id: silences[0]?.id })).toBe(200);
  await manager.evaluateRules();
  expect((await state()).active[0]?.silencedBy).toStrictEqual([]);
});

it('has a channel tested and what was given up sent again', async () => {
  told.length = 0;
  const answer = await answerTo('test', { channel: 'inbox' });
  expect(await answer.json()).toMatchObject({ result: { channel: 'inbox', status: 'delivered' } });
  expect(told).toHaveLength(1);
  isMailboxThere = true;
  expect(await act('redeliver', { id: (await state()).deadLetters[0]?.id })).toBe(200);
  await manager.flush();
  expect((await state()).deadLetters).toStrictEqual([]);
  expect(told).toContain('mailbox firing');
});

it('tells what happened, newest first', async () => {
  errors.set({ route: '/orders' }, 0);
  await manager.evaluateRules();
  const { events } = (await (await fetch(`${url}api/alerts/history`)).json()) as {
    events: readonly { readonly type: string; readonly seq: number }[];
  };
  const types = events.map(({ type }) => type);
  expect(types.indexOf('resolved')).toBeLessThan(types.indexOf('firing'));
  expect(types).toEqual(expect.arrayContaining(['resolved', 'acked', 'silenced', 'notified', 'dead_letter', 'firing']));
});

it('says why an action that cannot be done is refused', async () => {
  expect(await act('acknowledge', { id: 'nothing', by: 'ann' })).toBe(400);
  const answer = await answerTo('test', { channel: 'nowhere' });
  expect(await answer.json()).toMatchObject({ result: { channel: 'nowhere', status: 'permanent' } });
});
