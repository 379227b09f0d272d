import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Notification, NotifiedAlert } from '@bduf/metrics-core/interfaces';
import { createNotificationService } from '../../src/channels/create-notification-service.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '<!here>', '</b>&amp;', '\r\nBcc: x', '__proto__'),
);
const texts = fc.dictionary(fc.oneof(fc.constantFrom('summary', 'description', '__proto__', 'le'), text), text, {
  maxKeys: 4,
});
const moment = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });

const alert: fc.Arbitrary<NotifiedAlert> = fc.record(
  {
    id: text,
    ruleName: text,
    status: fc.constantFrom('firing', 'resolved'),
    severity: fc.constantFrom('info', 'warning', 'error', 'critical'),
    labels: texts,
    annotations: texts,
    value: fc.double(),
    threshold: fc.double(),
    activeAt: moment,
    firedAt: moment,
    resolvedAt: moment,
    reason: text,
    acknowledgedBy: text,
    runbookUrl: text,
  },
  {
    requiredKeys: [
      'id',
      'ruleName',
      'status',
      'severity',
      'labels',
      'annotations',
      'value',
      'threshold',
      'activeAt',
      'firedAt',
    ],
  },
);

const notification: fc.Arbitrary<Omit<Notification, 'channel'>> = fc.record(
  {
    status: fc.constantFrom('firing', 'resolved'),
    groupKey: text,
    groupLabels: texts,
    alerts: fc.array(alert, { minLength: 1, maxLength: 25 }),
    truncatedAlerts: fc.nat({ max: 1000 }),
    idempotencyKey: fc.stringMatching(/^[0-9a-f]{32}$/),
    reason: fc.constantFrom('new', 'changed', 'repeat', 'resolved', 'test'),
    at: moment,
    externalUrl: text,
  },
  {
    requiredKeys: ['status', 'groupKey', 'groupLabels', 'alerts', 'truncatedAlerts', 'idempotencyKey', 'reason', 'at'],
  },
);

/** What came out of each channel. */
interface Output {
  readonly bodies: string[];
  readonly lines: string[];
  readonly subjects: string[];
}

const CHANNELS = ['email', 'slack', 'pagerduty', 'webhook', 'alertmanager', 'console', 'own'] as const;

function world() {
  const output: Output = { bodies: [], lines: [], subjects: [] };
  const service = createNotificationService({
    fetch: (url, init) => {
      // Headers that no request could carry would throw here, as they do in fetch.
      void new Request(url, init);
      output.bodies.push(init.body as string);
      return Promise.resolve(new Response('ok'));
    },
    email: {
      from: 'a@example.org',
      to: 'b@example.org',
      transport: { sendMail: ({ subject }) => Promise.resolve(void output.subjects.push(subject)) },
    },
    slack: { webhookUrl: 'https://slack.example/x' },
    pagerduty: { routingKey: 'R' },
    webhook: { url: 'https://hooks.example/x' },
    alertmanager: { url: 'https://am.example' },
    console: { write: (line) => output.lines.push(line) },
    channels: { own: () => undefined },
  });
  return { service, output };
}

describe.each(CHANNELS)('the channel %s', (channel) => {
  it('delivers whatever stands in labels and annotations, in the form of its receiver', async () => {
    await fc.assert(
      fc.asyncProperty(notification, async (some) => {
        const { service, output } = world();
        expect(await service.send({ ...some, channel })).toEqual({ status: 'delivered' });
        const sent =
          channel === 'pagerduty' ? some.alerts.length : Number(['slack', 'webhook', 'alertmanager'].includes(channel));
        expect(output.bodies).toHaveLength(sent);
        for (const body of output.bodies) expect(() => void JSON.parse(body)).not.toThrow();
        expect(output.lines).toHaveLength(channel === 'console' ? some.alerts.length + 1 : 0);
        // oxlint-disable-next-line no-control-regex
        expect([...output.lines, ...output.subjects].filter((line) => /[\r\n\u001b]/.test(line))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('sends the same for the same news', async () => {
    await fc.assert(
      fc.asyncProperty(notification, async (some) => {
        const outputs = [];
        for (const { service, output } of [world(), world()]) {
          await service.send({ ...some, channel });
          outputs.push(output);
        }
        expect(outputs[0]).toEqual(outputs[1]);
      }),
      { numRuns: 20 },
    );
  });
});
