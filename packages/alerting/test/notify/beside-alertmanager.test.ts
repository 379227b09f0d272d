import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type AlertmanagerServer, start } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import type { LabelMatcher } from '@bduf/metrics-core/interfaces';
import { createNotificationService } from '../../src/channels/create-notification-service.ts';
import type { AlertNotifier, NotifierAlert } from '../../src/notify/alert-notifier.ts';
import { createAlertNotifier } from '../../src/notify/create-alert-notifier.ts';
import type { GroupingOptions, InhibitRule } from '../../src/notify/notifier-options.ts';
import { type Behaviour, UnrulyReceiver, answers } from '../channels/unruly-receiver.ts';

/**
 * The same things happen at the same time to a real Alertmanager and to us, on intervals that are scaled down. All
 * scenarios run at once, each with a label, a route and a path at the receiver of its own.
 */
interface Scenario {
  readonly grouping?: Pick<GroupingOptions, 'groupIntervalMs' | 'repeatIntervalMs'>;
  /** What happens, by milliseconds since the start. */
  readonly story: readonly (readonly [atMs: number, (stage: Stage) => Promise<void>])[];
  /** What the receiver does, by milliseconds since the start; `ok` by default. */
  readonly receiver?: (elapsedMs: number) => Behaviour;
  /** When the curtain falls. */
  readonly endMs: number;
}

/** Both sides of one scenario. */
interface Stage {
  readonly fire: (...instances: readonly (readonly [name: string, level?: string])[]) => Promise<void>;
  readonly resolve: (...names: readonly string[]) => Promise<void>;
  readonly silence: (name: string) => Promise<void>;
  readonly endSilence: () => Promise<void>;
}

interface Delivery {
  readonly atMs: number;
  readonly text: string;
}

const ok = answers(200);
const down = answers(503);
const slow: Behaviour = (res) => void setTimeout(() => res.writeHead(200).end(), 600);
const WAIT_MS = 500;
const INTERVAL_MS = 2000;
/** What has the first level mutes what has the second. */
const INHIBITIONS: readonly (readonly [source: string, target: string])[] = [
  ['site', 'host'],
  ['critical|major', 'major'],
];

const scenarios = {
  grouping: {
    story: [
      [0, async ({ fire }) => fire(['a'])],
      [200, async ({ fire }) => fire(['b'])],
      [1000, async ({ fire }) => fire(['c'])],
      [3000, async ({ resolve }) => resolve('a')],
      [5000, async ({ resolve }) => resolve('b', 'c')],
    ],
    endMs: 8000,
  },
  repetition: {
    grouping: { groupIntervalMs: 1000, repeatIntervalMs: 2500 },
    story: [[0, async ({ fire }) => fire(['a'])]],
    endMs: 7300,
  },
  'an end before the group was told of': {
    story: [
      [0, async ({ fire }) => fire(['a'])],
      [150, async ({ resolve }) => resolve('a')],
    ],
    endMs: 5000,
  },
  'a silence that ends': {
    story: [
      [0, async ({ silence }) => silence('a')],
      [300, async ({ fire }) => fire(['a'], ['b'])],
      [3500, async ({ endSilence }) => endSilence()],
    ],
    endMs: 7000,
  },
  inhibition: {
    story: [
      [0, async ({ fire }) => fire(['s', 'site'], ['t', 'host'])],
      [1500, async ({ resolve }) => resolve('s')],
    ],
    endMs: 5000,
  },
  'inhibition by one of several sources': {
    story: [[0, async ({ fire }) => fire(['z', 'critical'], ['x', 'major'], ['y', 'major'])]],
    endMs: 4000,
  },
  'an outage': {
    receiver: (elapsedMs) => (elapsedMs < 2500 ? down : ok),
    story: [
      [0, async ({ fire }) => fire(['a'], ['b'])],
      [8000, async ({ resolve }) => resolve('a', 'b')],
    ],
    endMs: 12_000,
  },
  'a slow receiver': {
    receiver: () => slow,
    story: [
      [0, async ({ fire }) => fire(['a'])],
      [1000, async ({ fire }) => fire(['b'])],
      [3500, async ({ resolve }) => resolve('a', 'b')],
    ],
    endMs: 7500,
  },
  'an end under a silence': {
    story: [
      [0, async ({ fire }) => fire(['a'])],
      [1200, async ({ silence }) => silence('a')],
      [1500, async ({ resolve }) => resolve('a')],
    ],
    endMs: 6000,
  },
  'an end during a short outage': {
    receiver: (elapsedMs) => (elapsedMs < 3600 ? down : ok),
    story: [
      [0, async ({ fire }) => fire(['a'])],
      [1500, async ({ resolve }) => resolve('a')],
    ],
    endMs: 12_000,
  },
  'a long outage through fire and resolve': {
    receiver: (elapsedMs) => (elapsedMs < 14_000 ? down : ok),
    story: [
      [0, async ({ fire }) => fire(['a'])],
      [3000, async ({ resolve }) => resolve('a')],
    ],
    endMs: 20_000,
  },
} satisfies Readonly<Record<string, Scenario>>;

type ScenarioName = keyof typeof scenarios;

interface Received {
  readonly receiver: UnrulyReceiver;
  readonly byPath: Map<string, Delivery[]>;
}

await describeWithBackends(['alertmanager'], 'beside a real Alertmanager', () => {
  const receiver = new UnrulyReceiver();
  const deliveries: Received = { receiver, byPath: new Map() };
  const notifiers: AlertNotifier[] = [];
  let server: AlertmanagerServer;
  const names = Object.keys(scenarios) as ScenarioName[];
  const slug = (name: ScenarioName) => name.replaceAll(' ', '-');

  beforeAll(async () => {
    const url = await receiver.start();
    server = await start.alertmanager({
      config: configOf(
        url,
        names.map((name) => [slug(name), scenarios[name]]),
      ),
    });
    const startMs = performance.now();
    receiver.behaviour = (res, req) => {
      const path = req.url ?? '';
      const scenario: Scenario | undefined = names.flatMap((name) =>
        path.endsWith(`/${slug(name)}`) ? [scenarios[name]] : [],
      )[0];
      const elapsedMs = performance.now() - startMs;
      const behaviour = scenario?.receiver?.(elapsedMs) ?? ok;
      if (behaviour !== down && elapsedMs < (scenario?.endMs ?? 0)) {
        const list = deliveries.byPath.get(path) ?? [];
        deliveries.byPath.set(path, list);
        list.push({ atMs: elapsedMs, text: textOf(receiver.received.at(-1)?.body as WebhookBody) });
      }
      behaviour(res, req);
    };
    await Promise.all(
      names.map(async (name) => {
        const scenario: Scenario = scenarios[name];
        const notifier = createAlertNotifier({
          service: createNotificationService({ webhook: { url: `${url}/ours/${slug(name)}` } }),
          groupWaitMs: WAIT_MS,
          groupIntervalMs: INTERVAL_MS,
          ...scenario.grouping,
          inhibitRules: INHIBITIONS.map(inhibitRule),
          random: () => 0,
        });
        notifier.start();
        notifiers.push(notifier);
        const stage = stageOf(slug(name), server.url, notifier);
        for (const [atMs, act] of scenario.story) {
          await until(startMs + atMs);
          await act(stage);
        }
        await until(startMs + scenario.endMs);
      }),
    );
  });

  afterAll(async () => {
    await Promise.all(notifiers.map(async (notifier) => notifier.close(0)));
    await server.stop();
    await receiver.stop();
  });

  const of = (side: 'theirs' | 'ours', name: ScenarioName) => deliveries.byPath.get(`/${side}/${slug(name)}`) ?? [];
  const texts = (side: 'theirs' | 'ours', name: ScenarioName) => of(side, name).map(({ text }) => text);

  it.each<[ScenarioName, readonly string[]]>([
    ['grouping', ['firing: +a +b', 'firing: +a +b +c', 'firing: +b +c -a', 'resolved: -b -c']],
    ['repetition', ['firing: +a', 'firing: +a', 'firing: +a']],
    ['an end before the group was told of', []],
    ['a silence that ends', ['firing: +b', 'firing: +a +b']],
    ['inhibition', ['firing: +s', 'firing: +t -s']],
    ['an outage', ['firing: +a +b', 'resolved: -a -b']],
    ['a slow receiver', ['firing: +a', 'firing: +a +b', 'resolved: -a -b']],
  ])('tells the same: %s', (name, expected) => {
    expect(texts('theirs', name)).toEqual(expected);
    expect(texts('ours', name)).toEqual(expected);
  });

  it.each<ScenarioName>(['grouping', 'repetition', 'a silence that ends', 'inhibition'])(
    'tells it at the same time: %s',
    (name) => {
      const times = (side: 'theirs' | 'ours') => of(side, name).map(({ atMs }) => atMs);
      const theirs = times('theirs');
      const apart = times('ours').map((atMs, index) => Math.abs(atMs - (theirs[index] ?? NaN)));
      expect(apart.filter((ms) => !(ms < 900))).toEqual([]);
    },
  );

  it('is better: an end under a silence is told to those who know of the beginning', () => {
    expect(texts('theirs', 'an end under a silence')).toEqual(['firing: +a']);
    expect(texts('ours', 'an end under a silence')).toEqual(['firing: +a', 'resolved: -a']);
  });

  it('is better: an alert is muted by any source, not only by the first that is looked at', () => {
    const name = 'inhibition by one of several sources';
    expect(texts('theirs', name)).not.toEqual(['firing: +z']);
    expect(texts('ours', name)).toEqual(['firing: +z']);
  });

  it('is better: what is told after an outage is true by then', () => {
    const name = 'an end during a short outage';
    expect(texts('theirs', name)[0]).toBe('firing: +a');
    expect(texts('ours', name)).toEqual(['resolved: -a']);
  });

  it('is better: what began and ended during an outage is told afterwards', () => {
    const name = 'a long outage through fire and resolve';
    expect(texts('theirs', name)).toEqual([]);
    expect(texts('ours', name)).toEqual(['resolved: -a']);
  });
});

interface WebhookBody {
  readonly status: string;
  readonly alerts: readonly { readonly status: string; readonly labels: Readonly<Record<string, string>> }[];
}

function textOf({ status, alerts }: WebhookBody): string {
  const names = alerts.map((alert) => `${alert.status === 'firing' ? '+' : '-'}${alert.labels['instance'] ?? ''}`);
  return `${status}: ${names.toSorted().join(' ')}`;
}

async function until(atMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - performance.now())));
}

function inhibitRule([source, target]: (typeof INHIBITIONS)[number]): InhibitRule {
  const levelIs = (value: string): LabelMatcher => ({ name: 'level', op: '=~', value });
  return { source: [levelIs(source)], target: [levelIs(target)], equal: ['scenario'] };
}

function configOf(
  url: string,
  scenarioList: readonly (readonly [string, Scenario])[],
): Readonly<Record<string, unknown>> {
  return {
    route: {
      receiver: 'nobody',
      group_by: ['alertname'],
      group_wait: `${WAIT_MS}ms`,
      group_interval: `${INTERVAL_MS}ms`,
      repeat_interval: '4h',
      routes: scenarioList.map(([slug, { grouping }]) => ({
        receiver: slug,
        matchers: [`scenario="${slug}"`],
        ...(grouping?.groupIntervalMs !== undefined && { group_interval: `${grouping.groupIntervalMs}ms` }),
        ...(grouping?.repeatIntervalMs !== undefined && { repeat_interval: `${grouping.repeatIntervalMs}ms` }),
      })),
    },
    receivers: [
      { name: 'nobody' },
      ...scenarioList.map(([slug]) => ({
        name: slug,
        webhook_configs: [{ url: `${url}/theirs/${slug}`, send_resolved: true }],
      })),
    ],
    inhibit_rules: INHIBITIONS.map(([source, target]) => ({
      source_matchers: [`level=~"${source}"`],
      target_matchers: [`level=~"${target}"`],
      equal: ['scenario'],
    })),
  };
}

/** Does everything on both sides, as close together as possible. */
function stageOf(scenario: string, server: string, notifier: AlertNotifier): Stage {
  const alerts = new Map<string, NotifierAlert>();
  const silences: { theirs?: string; ours?: string } = {};
  let version = 0;
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${server}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`Alertmanager answered ${response.status} ${await response.text()}`);
    return (response.headers.get('content-type') ?? '').includes('json') ? response.json() : undefined;
  };
  const tell = async (changed: readonly NotifierAlert[]): Promise<void> => {
    notifier.update([...alerts.values()], Date.now());
    await post(
      '/api/v2/alerts',
      changed.map(({ labels, annotations, firedAt, resolvedAt }) => ({
        labels,
        annotations,
        startsAt: firedAt.toISOString(),
        endsAt: (resolvedAt ?? new Date(Date.now() + 3_600_000)).toISOString(),
      })),
    );
  };
  return {
    async fire(...instances) {
      const at = new Date();
      const changed = instances.map(([instance, level = 'none']): NotifierAlert => ({
        id: instance,
        ruleName: 'Down',
        status: 'firing',
        severity: 'warning',
        labels: { alertname: 'Down', instance, level, scenario },
        annotations: {},
        value: 1,
        threshold: 0,
        activeAt: at,
        firedAt: at,
        channels: ['webhook'],
        version: (version += 1),
      }));
      for (const alert of changed) alerts.set(alert.id, alert);
      await tell(changed);
    },
    async resolve(...instances) {
      const resolvedAt = new Date();
      const changed = instances.flatMap((instance): NotifierAlert[] => {
        const alert = alerts.get(instance);
        return alert === undefined ? [] : [{ ...alert, status: 'resolved', resolvedAt, version: (version += 1) }];
      });
      for (const alert of changed) alerts.set(alert.id, alert);
      await tell(changed);
    },
    async silence(instance) {
      const endsAt = new Date(Date.now() + 3_600_000);
      const by = { createdBy: 'tester', comment: 'maintenance' };
      const matchers: LabelMatcher[] = Object.entries({ scenario, instance }).map(([name, value]) => ({
        name,
        op: '=',
        value,
      }));
      const { id } = await notifier.silence({ matchers, endsAt, ...by });
      const answer = (await post('/api/v2/silences', {
        matchers: matchers.map(({ name, value }) => ({ name, value, isRegex: false, isEqual: true })),
        startsAt: new Date().toISOString(),
        endsAt: endsAt.toISOString(),
        ...by,
      })) as { readonly silenceID: string };
      Object.assign(silences, { ours: id, theirs: answer.silenceID });
    },
    async endSilence() {
      await notifier.expireSilence(silences.ours ?? '');
      await fetch(`${server}/api/v2/silence/${silences.theirs ?? ''}`, { method: 'DELETE' });
    },
  };
}
