import { describe, expect, it } from '@jest/globals';
import { createConsoleChannel } from '../../src/channels/console-channel.ts';
import { createNotificationService } from '../../src/channels/create-notification-service.ts';
import { pagerDutyEvent } from '../../src/channels/pagerduty-channel.ts';
import { slackMessage } from '../../src/channels/slack-channel.ts';
import { createWebhookChannel, webhookPayload } from '../../src/channels/webhook-channel.ts';
import { HOSTILE, RESOLVED, aNotification, anAlert } from './a-notification.ts';

const signal = new AbortController().signal;

describe('a webhook payload', () => {
  it('has the form of Alertmanager, version 4', () => {
    const notification = aNotification({
      alerts: [
        anAlert(),
        anAlert({ ...RESOLVED, id: 'ff', labels: { alertname: 'Down', instance: 'b:80', severity: 'page' } }),
      ],
      truncatedAlerts: 3,
    });
    expect(webhookPayload(notification)).toEqual({
      version: '4',
      groupKey: '{}:{alertname="Down"}',
      truncatedAlerts: 3,
      status: 'firing',
      receiver: 'test',
      groupLabels: { alertname: 'Down' },
      commonLabels: { alertname: 'Down' },
      commonAnnotations: { summary: 'a:80 is down', description: 'It has not answered for five minutes.' },
      externalURL: 'https://metrics.example/dashboard',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'Down', instance: 'a:80', severity: 'critical' },
          annotations: { summary: 'a:80 is down', description: 'It has not answered for five minutes.' },
          startsAt: '2026-01-01T00:05:00.000Z',
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: 'https://metrics.example/dashboard',
          fingerprint: '00ff00ff00ff00ff',
        },
        {
          status: 'resolved',
          labels: { alertname: 'Down', instance: 'b:80', severity: 'page' },
          annotations: { summary: 'a:80 is down', description: 'It has not answered for five minutes.' },
          startsAt: '2026-01-01T00:05:00.000Z',
          endsAt: '2026-01-01T00:09:00.000Z',
          generatorURL: 'https://metrics.example/dashboard',
          fingerprint: 'ff',
        },
      ],
    });
  });

  it('goes with the credentials, headers and idempotency key', async () => {
    const requests: RequestInit[] = [];
    const fetch = (_url: string, init: RequestInit) => {
      requests.push(init);
      return Promise.resolve(new Response(null, { status: 204 }));
    };
    const url = 'https://hooks.example/x';
    for (const access of [{ bearerToken: 'T' }, { basicAuth: { username: 'u', password: 'p' } }]) {
      await createWebhookChannel({ url, fetch, headers: { 'x-team': 'a' }, ...access }).send(aNotification(), {
        signal,
      });
    }
    expect(requests.map(({ headers }) => headers)).toEqual([
      expect.objectContaining({ authorization: 'Bearer T', 'x-team': 'a', 'idempotency-key': 'key-1' }),
      expect.objectContaining({ authorization: 'Basic dTpw' }),
    ]);
  });
});

describe('access to a webhook', () => {
  it('is refused when no header could carry it, without telling it', () => {
    const url = 'https://hooks.example/x';
    expect(() => createWebhookChannel({ url, bearerToken: 'secret\nX-Evil: 1' })).toThrow(
      expect.objectContaining({ code: 'METRICS_ERR_ARGUMENT_INVALID', message: expect.not.stringContaining('secret') }),
    );
  });
});

describe('a message for Slack', () => {
  it('names the group, each alert with its labels and times, and where to see more', () => {
    const alerts = [anAlert({ runbookUrl: 'https://wiki.example/?a=1&b=2', acknowledgedBy: 'ann' }), RESOLVED];
    const { text, blocks } = slackMessage(aNotification({ alerts }));
    expect(text).toBe('[FIRING:1, RESOLVED:1] Down');
    expect(blocks.map((block) => block.text.text)).toEqual([
      '*[FIRING:1, RESOLVED:1] Down*',
      [
        ':red_circle: *a:80 is down* (critical)',
        'It has not answered for five minutes.',
        'instance="a:80"',
        'firing since 2026-01-01T00:05:00.000Z, acknowledged by ann',
        '<https://wiki.example/?a=1&amp;b=2|What to do>',
      ].join('\n'),
      [
        ':white_check_mark: *a:80 is down* (critical)',
        'It has not answered for five minutes.',
        'instance="a:80"',
        'was firing from 2026-01-01T00:05:00.000Z to 2026-01-01T00:09:00.000Z (4 min 0 s)',
      ].join('\n'),
      '<https://metrics.example/dashboard|See more>',
    ]);
  });

  it('says so when the end is told late, and that a test is a test', () => {
    const at = new Date('2026-01-01T02:10:00Z');
    expect(JSON.stringify(slackMessage(aNotification({ alerts: [RESOLVED], at })))).toContain(
      'delivered 2 h 1 min late',
    );
    expect(slackMessage(aNotification({ reason: 'test' })).text).toBe('[TEST] Down');
  });

  it('mentions, links and formats nothing that stands in labels and annotations', () => {
    const labels = { alertname: HOSTILE, instance: HOSTILE };
    const alert = anAlert({ labels, annotations: { summary: HOSTILE, description: HOSTILE }, ruleName: HOSTILE });
    const { text, blocks } = slackMessage(
      aNotification({ alerts: [alert], groupLabels: labels, externalUrl: 'https://x.example' }),
    );
    const own = [text, ...blocks.map((block) => block.text.text)]
      .join('\n')
      .replaceAll('<https://x.example|See more>', '');
    expect(own).not.toMatch(/[<>]/);
    expect(new Set(blocks.map((block) => block.text.verbatim))).toEqual(new Set([true]));
  });

  it('stays within the limits of Slack', () => {
    const long = '<&'.repeat(5000);
    const labels = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`l${index}`, long]));
    const alert = anAlert({ labels, annotations: { summary: long, description: long }, acknowledgedBy: 'a' });
    const alerts = Array.from({ length: 100 }, () => alert);
    const { blocks } = slackMessage(aNotification({ alerts, truncatedAlerts: 7, groupLabels: labels }));
    expect(blocks.length).toBeLessThanOrEqual(50);
    expect(Math.max(...blocks.map((block) => block.text.text.length))).toBeLessThanOrEqual(3000);
    expect(JSON.stringify(blocks)).toContain('and 87 more');
  });
});

describe('an event for PagerDuty', () => {
  const options = { routingKey: 'R' };

  it('opens and resolves the incident of the alert', () => {
    const alert = anAlert({ value: NaN, reason: 'no_data', runbookUrl: 'https://wiki.example/down' });
    expect(pagerDutyEvent(alert, aNotification(), options)).toEqual({
      routing_key: 'R',
      event_action: 'trigger',
      dedup_key: '00ff00ff00ff00ff',
      client: 'bduf-metrics-alerting',
      client_url: 'https://metrics.example/dashboard',
      links: [{ href: 'https://wiki.example/down', text: 'What to do' }],
      payload: {
        summary: 'a:80 is down',
        source: 'a:80',
        severity: 'critical',
        timestamp: '2026-01-01T00:05:00.000Z',
        class: 'Down',
        custom_details: {
          labels: { alertname: 'Down', instance: 'a:80' },
          annotations: { summary: 'a:80 is down', description: 'It has not answered for five minutes.' },
          value: 'NaN',
          threshold: '1',
          reason: 'no_data',
          details: 'It has not answered for five minutes.',
        },
      },
    });
    expect(pagerDutyEvent(RESOLVED, {}, options)).toMatchObject({ event_action: 'resolve', dedup_key: RESOLVED.id });
  });

  it('stays within the limits of PagerDuty', () => {
    const alert = anAlert({ annotations: { summary: '😀'.repeat(2000), description: 'x'.repeat(600_000) } });
    const event = pagerDutyEvent(alert, {}, options);
    expect(event.payload.summary.length).toBeLessThanOrEqual(1024);
    expect(Buffer.from(event.payload.summary).toString()).toBe(event.payload.summary);
    expect(JSON.stringify(event).length).toBeLessThan(512_000);
  });

  it('is refused without a key, or for an address that is none, without telling either', () => {
    expect(() => createNotificationService({ pagerduty: { routingKey: '' } })).toThrow(/routingKey/);
    expect(() => createNotificationService({ slack: { webhookUrl: 'hooks.example/secret' } })).toThrow(
      expect.objectContaining({ code: 'METRICS_ERR_ARGUMENT_INVALID', message: expect.not.stringContaining('secret') }),
    );
  });
});

describe('lines of the console', () => {
  it('tell each alert on a line of its own and obey nothing', async () => {
    const lines: string[] = [];
    const channel = createConsoleChannel({ write: (line) => lines.push(line) });
    await channel.send(aNotification({ alerts: [anAlert(), RESOLVED] }), { signal });
    expect(lines).toEqual([
      '[FIRING:1, RESOLVED:1] Down',
      '  firing critical: a:80 is down {instance="a:80"}, firing since 2026-01-01T00:05:00.000Z',
      '  resolved critical: a:80 is down {instance="a:80"}, was firing from 2026-01-01T00:05:00.000Z to 2026-01-01T00:09:00.000Z (4 min 0 s)',
    ]);
    lines.length = 0;
    await channel.send(aNotification({ alerts: [anAlert({ annotations: { summary: HOSTILE } })] }), { signal });
    expect(lines).toHaveLength(2);
    // oxlint-disable-next-line no-control-regex
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f]/);
  });
});

describe('the notification service', () => {
  it('has the channels it was given', async () => {
    const seen: string[] = [];
    const service = createNotificationService({
      console: { write: (line) => seen.push(line) },
      slack: { webhookUrl: 'https://hooks.example/x' },
      fetch: (url) => {
        seen.push(url);
        return Promise.resolve(new Response('ok'));
      },
      channels: {
        own: ({ channel }) => void seen.push(channel),
        picky: () => ({ status: 'permanent', error: 'never' }),
        broken: () => Promise.reject(new Error('https://x.example/secret said no')),
      },
    });
    expect(service.channels).toEqual(['slack', 'console', 'own', 'picky', 'broken']);
    const results = [];
    for (const channel of ['slack', 'own', 'picky', 'broken', 'email']) {
      results.push(await service.send(aNotification({ channel })));
    }
    expect(results).toEqual([
      { status: 'delivered' },
      { status: 'delivered' },
      { status: 'permanent', error: 'never' },
      { status: 'retry', error: 'https://x.example/… said no' },
      { status: 'permanent', error: 'there is no channel "email", but these: slack, console, own, picky, broken' },
    ]);
    expect(seen).toEqual(['https://hooks.example/x', 'own']);
  });

  it('frees all channels, whatever one of them does', async () => {
    const closed: string[] = [];
    const send = () => Promise.resolve({ status: 'delivered' as const });
    const service = createNotificationService({
      channels: {
        a: { send, close: () => Promise.reject(new Error('no')) },
        b: { send, close: () => Promise.resolve(void closed.push('b')) },
      },
    });
    await service.close?.();
    expect(closed).toEqual(['b']);
  });
});
