import { describe, expect, it } from '@jest/globals';
import type { DeliveryResult } from '@bduf/metrics-core/interfaces';
import { MemoryAlertStateStore, type StoredRecord } from '@bduf/metrics-alerting';
import { Rig, instanceIs, summaryOf, turns } from './rig.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;

describe('grouping', () => {
  it('waits for a group to fill, then tells of it once', async () => {
    const rig = new Rig();
    await rig.fired('a');
    await rig.pass(4500);
    await rig.fired('b');
    expect(rig.service.take()).toEqual([]);
    await rig.pass(500);
    expect(rig.service.take()).toEqual(['ops new: +a +b']);
  });

  it('tells of changes when the interval of the group is over, and of nothing without changes', async () => {
    const rig = new Rig();
    await rig.fired('a');
    await rig.pass(5000);
    rig.service.take();
    await rig.fired('b');
    await rig.pass(59_500);
    expect(rig.service.take()).toEqual([]);
    await rig.pass(500);
    expect(rig.service.take()).toEqual(['ops changed: +a +b']);
    await rig.resolved('a');
    await rig.pass(MINUTE);
    expect(rig.service.take()).toEqual(['ops changed: +b -a']);
    await rig.pass(10 * MINUTE);
    expect(rig.service.take()).toEqual([]);
    await rig.resolved('b');
    await rig.pass(MINUTE);
    expect(rig.service.take()).toEqual(['ops resolved: -b']);
    await rig.pass(10 * MINUTE);
    expect(rig.service.take()).toEqual([]);
  });

  it('says nothing of what resolved before the group was told of', async () => {
    const rig = new Rig();
    await rig.fired('a');
    await rig.pass(2000);
    await rig.resolved('a');
    await rig.pass(10 * MINUTE);
    expect(rig.service.take()).toEqual([]);
    expect(await rig.store.load()).toEqual([]);
  });

  it('repeats what goes on firing at the first look after the interval of repetition', async () => {
    const rig = new Rig();
    await rig.fired('a');
    await rig.pass(5000);
    rig.service.take();
    await rig.pass(4 * HOUR - MINUTE, MINUTE);
    expect(rig.service.take()).toEqual([]);
    await rig.pass(MINUTE, MINUTE);
    expect(rig.service.take()).toEqual(['ops repeat: +a']);
  });

  it('groups by the labels that are asked for, `...` by all', async () => {
    const byAll = new Rig({ groupBy: ['...'] });
    await byAll.fired('a', 'b');
    await byAll.pass(5000);
    expect(byAll.service.sent.map(({ groupLabels }) => groupLabels)).toEqual([
      { alertname: 'Down', instance: 'a' },
      { alertname: 'Down', instance: 'b' },
    ]);
    const byNone = new Rig({ groupBy: [] });
    byNone.fire('a', { name: 'Down' });
    byNone.fire('b', { name: 'Slow' });
    await byNone.update();
    await byNone.pass(5000);
    expect(byNone.service.take()).toEqual(['ops new: +a +b']);
  });

  it('tells of a higher severity at once, of a lower one not at all', async () => {
    const rig = new Rig();
    await rig.fired('a');
    await rig.pass(5000);
    rig.service.take();
    rig.fire('a', { severity: 'critical' });
    await rig.update();
    expect(rig.service.sent.map(summaryOf)).toEqual(['ops changed: +a']);
    expect(rig.service.sent[0]?.alerts[0]?.severity).toBe('critical');
    rig.service.take();
    rig.fire('a', { severity: 'info' });
    await rig.update();
    await rig.pass(10 * MINUTE);
    expect(rig.service.take()).toEqual([]);
  });

  it('names the most urgent alerts of a large group and counts the rest, which are not news afterwards', async () => {
    const rig = new Rig({ maxAlertsPerNotification: 2 });
    rig.fire('a');
    rig.fire('b', { severity: 'critical' });
    rig.fire('c', { severity: 'error' });
    await rig.update();
    await rig.pass(5000);
    expect(rig.service.sent.map(({ truncatedAlerts }) => truncatedAlerts)).toEqual([1]);
    expect(rig.service.take()).toEqual(['ops new: +b +c']);
    await rig.pass(10 * MINUTE);
    expect(rig.service.take()).toEqual([]);
  });

  it('takes an alert that is missing from an update for resolved', async () => {
    const rig = new Rig();
    await rig.fired('a');
    await rig.pass(5000);
    rig.service.take();
    rig.forget('a');
    await rig.update();
    await rig.pass(MINUTE);
    expect(rig.service.take()).toEqual(['ops resolved: -a']);
  });
});

describe('routing', () => {
  it('goes where the first matching route leads, further when it says so, else where the rule says', async () => {
    const rig = new Rig({
      routes: [
        { matchers: [{ name: 'team', op: '=', value: 'db' }], channels: ['db'], continue: true },
        {
          matchers: [{ name: 'severity', op: '=~', value: 'page|call' }],
          channels: ['pager'],
          groupWaitMs: 0,
          routes: [{ matchers: [{ name: 'site', op: '=', value: 'b' }], channels: ['pager-b'] }],
        },
      ],
    });
    rig.fire('a', { labels: { team: 'db', severity: 'page' } });
    rig.fire('b', { labels: { severity: 'call', site: 'b' } });
    rig.fire('c', { channels: ['ops', 'mail'] });
    await rig.update();
    await rig.pass(5000);
    expect([...rig.service.take()].toSorted()).toEqual([
      'db new: +a',
      'mail new: +c',
      'ops new: +c',
      'pager new: +a',
      'pager-b new: +b',
    ]);
  });

  it('refuses a matcher that cannot be compiled', () => {
    const routes = [{ matchers: [{ name: 'a', op: '=~' as const, value: '(' }] }];
    expect(() => new Rig({ routes })).toThrow(expect.objectContaining({ code: 'METRICS_ERR_ARGUMENT_INVALID' }));
  });

  it('tells the channel that knows of an alert of its end when its rule names another one meanwhile', async () => {
    const rig = new Rig();
    await rig.fired('a');
    await rig.pass(5000);
    rig.fire('a', { channels: ['mail'] });
    await rig.update();
    await rig.pass(5000);
    expect(rig.service.take()).toEqual(['ops new: +a', 'mail new: +a']);
    await rig.resolved('a');
    await rig.pass(MINUTE);
    expect([...rig.service.take()].toSorted()).toEqual(['mail resolved: -a', 'ops resolved: -a']);
  });
});

describe('silences', () => {
  it('keep alerts from being told of until they end', async () => {
    const rig = new Rig();
    await rig.silence([instanceIs('a')], 10 * MINUTE);
    await rig.fired('a', 'b');
    await rig.pass(5000);
    expect(rig.service.take()).toEqual(['ops new: +b']);
    expect(rig.notifier.silencesOf({ instance: 'a' }, rig.clock.now())).toHaveLength(1);
    expect(rig.events.map(({ type, id }) => [type, id])).toContainEqual(['silenced', 'id-a']);
    await rig.pass(11 * MINUTE);
    expect(rig.service.take()).toEqual(['ops changed: +a +b']);
    expect(rig.notifier.getSilences()).toEqual([]);
  });

  it('never hold back the end of what people were told of', async () => {
    const rig = new Rig();
    await rig.fired('a');
    await rig.pass(5000);
    rig.service.take();
    await rig.silence([instanceIs('a')], HOUR);
    await rig.resolved('a');
    await rig.pass(MINUTE);
    expect(rig.service.take()).toEqual(['ops resolved: -a']);
  });

  it('hold back ends, too, when asked for, as Alertmanager does', async () => {
    const rig = new Rig({ mutesEnds: true });
    await rig.fired('a');
    await rig.pass(5000);
    rig.service.take();
    await rig.silence([instanceIs('a')], HOUR);
    await rig.resolved('a');
    await rig.pass(2 * HOUR, MINUTE);
    expect(rig.service.take()).toEqual([]);
  });

  it('say nothing of what began and ended under them', async () => {
    const rig = new Rig();
    await rig.fired('b');
    await rig.silence([instanceIs('a')], HOUR);
    await rig.fired('a');
    await rig.pass(5000);
    await rig.resolved('a');
    await rig.pass(MINUTE);
    await rig.resolved('b');
    await rig.pass(MINUTE);
    expect(rig.service.take()).toEqual(['ops new: +b', 'ops resolved: -b']);
  });

  it('can be ended early, and cannot mute everything or never', async () => {
    const rig = new Rig();
    const id = await rig.silence([instanceIs('a')], HOUR);
    await rig.fired('a');
    await rig.pass(5000);
    await rig.notifier.expireSilence(id);
    await rig.pass(MINUTE);
    expect(rig.service.take()).toEqual(['ops new: +a']);
    await expect(rig.notifier.expireSilence(id)).rejects.toThrow(/There is no silence/);
    await expect(rig.silence([], HOUR)).rejects.toThrow(/matcher/);
    await expect(rig.silence([{ name: 'x', op: '=~', value: '.*' }], HOUR)).rejects.toThrow(/matcher/);
    await expect(rig.silence([instanceIs('a')], -1)).rejects.toThrow(/never lasts/);
  });
});

describe('inhibition', () => {
  const inhibitRules = [
    {
      source: [{ name: 'level', op: '=' as const, value: 'site' }],
      target: [{ name: 'level', op: '=~' as const, value: 'site|host' }],
      equal: ['site'],
    },
  ];

  it('mutes by every source there is, not only by the first', async () => {
    const rig = new Rig({ inhibitRules, groupBy: [] });
    // Two candidates: the first is the target itself and mutes nothing.
    rig.fire('x', { labels: { level: 'site', site: '1' } });
    rig.fire('h', { labels: { level: 'host', site: '1' } });
    await rig.update();
    await rig.pass(5000);
    expect(rig.service.take()).toEqual(['ops new: +x']);
    expect(rig.notifier.inhibitorsOf({ id: 'id-h', labels: { level: 'host', site: '1' } })).toEqual(['id-x']);
    expect(rig.events.map(({ type, id }) => [type, id])).toContainEqual(['inhibited', 'id-h']);
    await rig.resolved('x');
    await rig.pass(MINUTE);
    expect(rig.service.take()).toEqual(['ops changed: +h -x']);
  });

  it('is noticed each time it sets in', async () => {
    const rig = new Rig({ inhibitRules, groupBy: [] });
    const host = { labels: { level: 'host', site: '1' } };
    rig.fire('x', { labels: { level: 'site', site: '1' } });
    for (let time = 0; time < 2; time += 1) {
      rig.fire('h', host);
      await rig.update();
      await rig.resolved('h');
    }
    expect(rig.events.map(({ type, id, reason }) => [type, id, reason])).toEqual([
      ['inhibited', 'id-h', 'by id-x'],
      ['inhibited', 'id-h', 'by id-x'],
    ]);
  });

  it('never holds back the end of what people were told of', async () => {
    const rig = new Rig({ inhibitRules, groupBy: [] });
    rig.fire('h', { labels: { level: 'host', site: '1' } });
    await rig.update();
    await rig.pass(5000);
    rig.fire('x', { labels: { level: 'site', site: '1' } });
    rig.resolve('h');
    await rig.update();
    await rig.pass(MINUTE);
    expect(rig.service.take()).toEqual(['ops new: +h', 'ops changed: +x -h']);
  });
});

describe('acknowledgement', () => {
  it('stops repetitions until the alert ends or gets worse', async () => {
    const rig = new Rig({ repeatIntervalMs: MINUTE });
    await rig.fired('a');
    await rig.pass(5000);
    await rig.notifier.acknowledge('id-a', 'ann', 'on it');
    expect(rig.notifier.acknowledgedBy('id-a')).toBe('ann');
    await rig.pass(10 * MINUTE);
    expect(rig.service.take()).toEqual(['ops new: +a']);
    rig.fire('a', { severity: 'critical' });
    await rig.update();
    expect(rig.service.take()).toEqual(['ops changed: +a']);
    expect(rig.notifier.acknowledgedBy('id-a')).toBeUndefined();
    await rig.pass(MINUTE);
    expect(rig.service.take()).toEqual(['ops repeat: +a']);
  });

  it('shows in what others are told, survives a restart, and can be taken back', async () => {
    const rig = new Rig({ repeatIntervalMs: MINUTE });
    await rig.fired('a');
    await rig.pass(5000);
    await rig.notifier.acknowledge('id-a', 'ann');
    await rig.restart();
    expect(rig.notifier.acknowledgedBy('id-a')).toBe('ann');
    await rig.fired('b');
    await rig.pass(MINUTE);
    expect(rig.service.sent.at(-1)?.alerts.map(({ acknowledgedBy }) => acknowledgedBy)).toEqual(['ann', undefined]);
    rig.service.take();
    await rig.notifier.unacknowledge('id-a');
    await rig.pass(MINUTE);
    expect(rig.service.take()).toEqual(['ops repeat: +a +b']);
  });

  it('is over when the alert is, also if it fires anew', async () => {
    const rig = new Rig();
    await rig.fired('a');
    await rig.notifier.acknowledge('id-a', 'ann');
    await rig.resolved('a');
    await rig.fired('a');
    expect(rig.notifier.acknowledgedBy('id-a')).toBeUndefined();
    expect((await rig.store.load()).map(({ kind }) => kind)).not.toContain('notify_ack');
  });

  it('is refused for an alert that does not fire', async () => {
    await expect(new Rig().notifier.acknowledge('nobody', 'ann')).rejects.toThrow(/no firing alert "nobody"/);
  });
});

describe('a channel that is down', () => {
  const retry: DeliveryResult = { status: 'retry', error: 'answered 503' };

  it('hears of fire and resolve in one message when it is back', async () => {
    const rig = new Rig();
    rig.service.answer = () => retry;
    await rig.fired('a');
    await rig.pass(20_000);
    await rig.resolved('a');
    await rig.pass(10 * MINUTE);
    rig.service.take();
    rig.service.answer = () => ({ status: 'delivered' });
    await rig.pass(5 * MINUTE);
    expect(rig.service.take()).toEqual(['ops resolved: -a']);
  });

  it('does not hear of what ended meanwhile when asked so', async () => {
    const rig = new Rig({ missedIncidents: 'drop' });
    rig.service.answer = () => retry;
    await rig.fired('a');
    await rig.pass(20_000);
    await rig.resolved('a');
    await rig.pass(MINUTE);
    rig.service.take();
    rig.service.answer = () => ({ status: 'delivered' });
    await rig.pass(10 * MINUTE);
    expect(rig.service.take()).toEqual([]);
    expect(rig.notifier.getChannelHealth()).toMatchObject([{ undelivered: 0, oldestUndeliveredMs: null }]);
  });

  it('never gets a stale payload: a retry tells what is true at that moment', async () => {
    const rig = new Rig();
    rig.service.answer = () => retry;
    rig.fire('a', { value: 1 });
    await rig.update();
    await rig.pass(5000);
    const first = rig.service.sent[0];
    rig.fire('a', { value: 7 });
    rig.fire('b');
    await rig.update();
    await rig.pass(1000);
    const second = rig.service.sent[1];
    expect(first?.alerts.map(({ value }) => value)).toEqual([1]);
    expect(second?.alerts.map(({ value }) => value)).toEqual([7, 1]);
    expect(second?.idempotencyKey).not.toBe(first?.idempotencyKey);
  });

  it('gets the same idempotency key for the same news, another one for each repetition', async () => {
    const rig = new Rig({ repeatIntervalMs: MINUTE });
    rig.service.answer = () => retry;
    await rig.fired('a');
    await rig.pass(8000);
    expect(rig.service.sent.length).toBeGreaterThan(1);
    expect(new Set(rig.service.sent.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    rig.service.answer = () => ({ status: 'delivered' });
    await rig.pass(3 * MINUTE);
    const keys = rig.service.sent.map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(keys).size).toBe(rig.service.sent.filter(({ reason }) => reason === 'repeat').length + 1);
  });

  it('is left alone for longer and longer, and probed with one notification at a time', async () => {
    const rig = new Rig({ groupBy: ['instance'] });
    let atOnce = 0;
    let most = 0;
    rig.service.answer = async () => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await turns();
      atOnce -= 1;
      return retry;
    };
    await rig.fired(...Array.from({ length: 20 }, (_, index) => `i${index}`));
    await rig.pass(7000);
    expect(most).toBe(4);
    most = 0;
    rig.service.take();
    await rig.pass(MINUTE);
    expect(most).toBe(1);
    expect(rig.notifier.getChannelHealth()).toMatchObject([{ channel: 'ops', circuitOpen: true, undelivered: 20 }]);
    expect(rig.service.take().length).toBeLessThan(8);
    rig.service.answer = () => ({ status: 'delivered' });
    await rig.pass(35_000);
    expect([...rig.service.take()].length).toBe(20);
    expect(rig.notifier.getChannelHealth()).toMatchObject([
      { circuitOpen: false, undelivered: 0, consecutiveFailures: 0 },
    ]);
  });

  it('is tried again at most five minutes apart', async () => {
    const rig = new Rig();
    rig.service.answer = () => retry;
    await rig.fired('a');
    await rig.pass(2 * HOUR, 1000);
    const times = rig.service.sent.map(({ at }) => at.getTime());
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(5 * MINUTE + 1000);
    expect(Math.max(...pauses.slice(0, 5))).toBeLessThanOrEqual(31_000);
    expect(times.length).toBeLessThan(60);
  });

  it('is given the pause that it asks for, whatever there is to tell', async () => {
    const rig = new Rig({ groupBy: ['instance'] });
    rig.service.answer = () => ({ status: 'retry', retryAfterMs: 90_000 });
    await rig.fired('a');
    await rig.pass(5000);
    expect(rig.service.take()).toEqual(['ops new: +a']);
    await rig.fired('b');
    rig.service.answer = () => ({ status: 'delivered' });
    await rig.pass(89_500);
    expect(rig.service.take()).toEqual([]);
    await rig.pass(1500);
    expect([...rig.service.take()].toSorted()).toEqual(['ops new: +a', 'ops new: +b']);
  });

  it('does not hold up another channel', async () => {
    const rig = new Rig();
    rig.service.answer = ({ channel }) =>
      channel === 'ops' ? new Promise(() => undefined) : { status: 'delivered' as const };
    rig.fire('a', { channels: ['ops', 'mail'] });
    await rig.update();
    await rig.pass(5000);
    await rig.resolved('a');
    await rig.pass(MINUTE);
    expect(rig.service.take().filter((text) => text.startsWith('mail'))).toEqual(['mail new: +a', 'mail resolved: -a']);
  });

  it('ends an attempt that takes too long, and says so', async () => {
    const rig = new Rig();
    rig.service.answer = () => new Promise(() => undefined);
    await rig.fired('a');
    await rig.pass(15_000);
    expect(rig.service.signals[0]?.aborted).toBe(true);
    expect(rig.notifier.getDeliveries().at(-1)).toMatchObject({
      status: 'retry',
      attempt: 1,
      durationMs: 10_000,
      error: 'no answer within 10000 ms',
    });
  });

  it.each([
    ['throws', () => new Error('fetch failed https://hooks.example/T0/secret'), 'fetch failed https://hooks.example/…'],
    ['answers nonsense', () => ({ ok: true }) as never, /without a status/],
  ])('is tried again when its service %s', async (_, answer, error) => {
    const rig = new Rig();
    rig.service.answer = answer;
    await rig.fired('a');
    await rig.pass(5000);
    expect(rig.notifier.getDeliveries()).toMatchObject([{ status: 'retry', error: expect.stringMatching(error) }]);
    rig.service.answer = () => ({ status: 'delivered' });
    await rig.pass(2000);
    expect(rig.notifier.getDeliveries()[0]).toMatchObject({ status: 'delivered', attempt: 2 });
    expect(rig.events.map(({ type }) => type)).toEqual(['delivery_failed', 'notified']);
  });
});

describe('what is refused for good', () => {
  const refusal: DeliveryResult = { status: 'permanent', error: 'answered 404' };

  it('becomes a dead letter, goes to the fallback channel, and ends there, too', async () => {
    const rig = new Rig({ fallbackChannel: 'mail' });
    rig.service.answer = ({ channel }) => (channel === 'ops' ? refusal : { status: 'delivered' });
    await rig.fired('a');
    await rig.pass(5000);
    expect(rig.service.take()).toEqual(['ops new: +a', 'mail new: +a']);
    expect(rig.notifier.getDeadLetters()).toMatchObject([
      { channel: 'ops', alertIds: ['id-a'], error: 'answered 404' },
    ]);
    expect(rig.events.map(({ type, channel }) => [type, channel])).toEqual([
      ['dead_letter', 'ops'],
      ['notified', 'mail'],
    ]);
    await rig.resolved('a');
    await rig.pass(MINUTE);
    expect([...rig.service.take()].toSorted()).toEqual(['mail resolved: -a', 'ops resolved: -a']);
  });

  it('is not tried again by itself, and redelivered as it is by then', async () => {
    const rig = new Rig();
    rig.service.answer = () => refusal;
    await rig.fired('a');
    await rig.pass(10 * MINUTE);
    expect(rig.service.take()).toEqual(['ops new: +a']);
    rig.service.answer = () => ({ status: 'delivered' });
    const [letter] = rig.notifier.getDeadLetters();
    await rig.restart();
    expect(rig.notifier.getDeadLetters()).toEqual([letter]);
    rig.resolve('a');
    await rig.update();
    await rig.pass(MINUTE);
    rig.service.take();
    await rig.notifier.redeliver(letter?.id ?? '');
    await turns();
    expect(rig.service.take()).toEqual(['ops resolved: -a']);
    expect(rig.notifier.getDeadLetters()).toEqual([]);
    await expect(rig.notifier.redeliver('nothing')).rejects.toThrow(/no dead letter "nothing"/);
  });

  it('is redelivered as ended when nobody knows the alert any more', async () => {
    const rig = new Rig();
    rig.service.answer = () => refusal;
    await rig.fired('a');
    await rig.pass(5000);
    const [letter] = rig.notifier.getDeadLetters();
    rig.forget('a');
    await rig.update();
    await rig.pass(2 * MINUTE);
    rig.service.take();
    rig.service.answer = () => ({ status: 'delivered' });
    await rig.notifier.redeliver(letter?.id ?? '');
    await turns();
    expect(rig.service.take()).toEqual(['ops resolved: -a']);
  });

  it('is also what nobody took for a day', async () => {
    const rig = new Rig({ fallbackChannel: 'mail' });
    rig.service.answer = ({ channel }) => (channel === 'ops' ? { status: 'retry' } : { status: 'delivered' });
    await rig.fired('a');
    await rig.pass(24 * HOUR + 6 * MINUTE, 10_000);
    expect(rig.notifier.getDeadLetters()).toMatchObject([{ channel: 'ops', error: 'no reason was given' }]);
    expect(rig.service.take().filter((text) => text.startsWith('mail'))).toEqual(['mail new: +a']);
  });

  it('keeps a bounded number of dead letters', async () => {
    const rig = new Rig({ maxDeadLetters: 2, groupBy: ['instance'] });
    rig.service.answer = () => refusal;
    await rig.fired('a', 'b', 'c');
    await rig.pass(5000);
    expect(rig.notifier.getDeadLetters().map(({ alertIds }) => alertIds)).toEqual([['id-b'], ['id-c']]);
    expect((await rig.store.load()).filter(({ kind }) => kind === 'notify_dead_letter')).toHaveLength(2);
  });

  it('includes what is meant for a channel that the service does not have', async () => {
    const rig = new Rig();
    Object.assign(rig.service, { channels: ['mail'] });
    await rig.fired('a');
    await rig.pass(5000);
    expect(rig.service.take()).toEqual([]);
    expect(rig.notifier.getDeadLetters()).toMatchObject([{ channel: 'ops', error: expect.stringContaining('"ops"') }]);
  });
});

describe('a restart', () => {
  it('repeats nothing that was told, and tells of what resolves afterwards', async () => {
    const rig = new Rig();
    await rig.fired('a');
    await rig.pass(5000);
    rig.service.take();
    await rig.restart();
    await rig.pass(10 * MINUTE);
    expect(rig.service.take()).toEqual([]);
    await rig.resolved('a');
    await rig.pass(MINUTE);
    expect(rig.service.take()).toEqual(['ops resolved: -a']);
  });

  it('tells of the end of what is gone afterwards', async () => {
    const rig = new Rig();
    await rig.fired('a');
    await rig.pass(5000);
    rig.service.take();
    rig.forget('a');
    await rig.restart();
    await rig.pass(MINUTE);
    expect(rig.service.take()).toEqual(['ops resolved: -a']);
  });

  it('delivers what an earlier process could not, with the same idempotency key', async () => {
    const rig = new Rig();
    rig.service.answer = () => ({ status: 'retry' });
    await rig.fired('a');
    await rig.pass(5000);
    const [lost] = rig.service.sent.splice(0);
    rig.service.answer = () => ({ status: 'delivered' });
    await rig.restart();
    await rig.pass(1000);
    expect(rig.service.sent.map(({ idempotencyKey }) => idempotencyKey)).toEqual([lost?.idempotencyKey]);
  });

  it('with other groups repeats nothing that was told, and tells of the end there', async () => {
    const rig = new Rig();
    await rig.fired('a', 'b');
    await rig.pass(5000);
    expect(rig.service.take()).toEqual(['ops new: +a +b']);
    rig.configure({ groupBy: ['instance'] });
    await rig.restart();
    await rig.pass(10 * MINUTE);
    expect(rig.service.take()).toEqual([]);
    await rig.resolved('a');
    await rig.pass(MINUTE);
    expect(rig.service.sent.map(({ groupLabels }) => groupLabels)).toEqual([{ instance: 'a' }]);
    expect(rig.service.take()).toEqual(['ops resolved: -a']);
    await rig.resolved('b');
    await rig.pass(2 * MINUTE);
    expect(rig.service.take()).toEqual(['ops resolved: -b']);
    expect(await rig.store.load()).toEqual([]);
  });

  it('tells nothing before somebody has said what is true by now', async () => {
    const rig = new Rig();
    rig.service.answer = () => ({ status: 'retry' });
    await rig.fired('a');
    await rig.pass(5000);
    rig.service.take();
    rig.service.answer = () => ({ status: 'delivered' });
    rig.resolve('a');
    await rig.restart(async () => {
      rig.notifier.start();
      await rig.pass(2 * MINUTE);
      await rig.notifier.flush(0);
      expect(rig.service.take()).toEqual([]);
    });
    await rig.pass(1000);
    expect(rig.service.take()).toEqual(['ops resolved: -a']);
  });

  it('keeps silences and repetitions', async () => {
    const rig = new Rig({ repeatIntervalMs: 10 * MINUTE });
    await rig.silence([instanceIs('a')], HOUR);
    await rig.fired('a', 'b');
    await rig.pass(5000);
    await rig.restart();
    await rig.pass(5 * MINUTE);
    await rig.restart();
    await rig.pass(5 * MINUTE);
    expect(rig.service.take()).toEqual(['ops new: +b', 'ops repeat: +b']);
  });

  it('keeps the pace of a route below others, and values that JSON has no word for', async () => {
    const rig = new Rig({
      routes: [
        { matchers: [instanceIs('other')], channels: ['x'] },
        { matchers: [instanceIs('a')], channels: ['db'], routes: [{ repeatIntervalMs: 2 * MINUTE }] },
      ],
    });
    rig.fire('a', { value: NaN });
    rig.fire('b', { value: -Infinity });
    await rig.update();
    await rig.pass(5000);
    rig.service.take();
    rig.forget('b');
    await rig.restart();
    await rig.pass(3 * MINUTE);
    const told = rig.service.sent.map((notification) => [summaryOf(notification), notification.alerts[0]?.value]);
    expect(told).toEqual([
      ['ops resolved: -b', -Infinity],
      ['db repeat: +a', NaN],
    ]);
  });

  it('leaves out records that it cannot read, and says so', async () => {
    const rig = new Rig();
    await rig.store.append([
      { kind: 'notify_group', key: 'x', value: { channel: 1 } },
      { kind: 'other', key: 'y', value: 1 },
    ]);
    await rig.restart();
    expect(rig.errors.map(({ message }) => message)).toEqual([expect.stringContaining('notify_group "x"')]);
  });

  it('finds in the store what was promised before it was sent', async () => {
    const rig = new Rig();
    let kept: unknown;
    rig.service.answer = async () => {
      kept = await rig.store.load();
      return { status: 'delivered' };
    };
    await rig.fired('a');
    await rig.pass(5000);
    expect(kept).toMatchObject([{ kind: 'notify_group' }, { kind: 'notify_entry', value: { isOwed: true } }]);
  });

  it('knows what was told last before anything else is told, or that would come again under another key', async () => {
    let gate = Promise.resolve();
    const store = new MemoryAlertStateStore();
    const append = (records: readonly StoredRecord[]) => gate.then(() => store.append(records));
    const rig = new Rig({ append, attemptTimeoutMs: HOUR, groupIntervalMs: 1000 });
    let arrive: (result: DeliveryResult) => void = () => undefined;
    rig.service.answer = () => new Promise((resolve) => (arrive = resolve));
    await rig.fired('a');
    await rig.pass(5000);
    expect(rig.service.take()).toEqual(['ops new: +a']);
    await rig.resolved('a');
    await rig.pass(2000);
    let open: () => void = () => undefined;
    gate = new Promise((resolve) => (open = resolve));
    arrive({ status: 'delivered' });
    await turns();
    expect(rig.service.take()).toEqual([]);
    open();
    await turns();
    expect(rig.service.take()).toEqual(['ops resolved: -a']);
  });

  it('goes on delivering while the store fails, and says so once', async () => {
    const rig = new Rig({ append: () => Promise.reject(new Error('disk full')) });
    await rig.fired('a');
    await rig.pass(5000);
    await rig.resolved('a');
    await rig.pass(MINUTE);
    expect(rig.service.take()).toEqual(['ops new: +a', 'ops resolved: -a']);
    expect(rig.errors.map(({ message }) => message)).toEqual([expect.stringContaining('disk full')]);
    await expect(rig.silence([instanceIs('a')], HOUR)).rejects.toThrow('disk full');
  });
});

describe('what is known', () => {
  it('is when people were last told of an alert', async () => {
    const rig = new Rig();
    expect(rig.notifier.notifiedAt('id-a')).toBeUndefined();
    await rig.fired('a');
    expect(rig.notifier.notifiedAt('id-a')).toBeUndefined();
    await rig.pass(5000);
    expect(rig.notifier.notifiedAt('id-a')).toEqual(new Date(rig.clock.now()));
  });

  it('is how many silences there can be; those that have ended make room', async () => {
    const rig = new Rig({ maxSilences: 2 });
    await rig.silence([instanceIs('a')], MINUTE);
    await rig.silence([instanceIs('b')], HOUR);
    await expect(rig.silence([instanceIs('c')], HOUR)).rejects.toThrow('There are 2 silences already.');
    await rig.pass(MINUTE);
    await rig.silence([instanceIs('c')], HOUR);
    expect(rig.notifier.getSilences().map(({ matchers }) => matchers[0]?.value)).toEqual(['b', 'c']);
    expect((await rig.store.load()).map(({ kind }) => kind)).toEqual(['notify_silence', 'notify_silence']);
  });

  it('is what became of each attempt, as many as asked for, newest first', async () => {
    const rig = new Rig({ deliveryLogSize: 2, repeatIntervalMs: MINUTE });
    await rig.fired('a');
    await rig.pass(5 * MINUTE);
    const times = rig.notifier.getDeliveries().map(({ at }) => at.getTime());
    expect(times).toEqual([(times[1] ?? 0) + MINUTE, times[1]]);
  });
});

describe('by hand', () => {
  it('flushes without waiting for groups, also before the start', async () => {
    const rig = new Rig();
    await rig.fired('a');
    await rig.notifier.flush(1000);
    expect(rig.service.take()).toEqual(['ops new: +a']);
  });

  it('gives up flushing at the deadline', async () => {
    const rig = new Rig();
    rig.service.answer = () => ({ status: 'retry' });
    await rig.fired('a');
    let isOver = false;
    const flushed = rig.notifier.flush(3000).then(() => (isOver = true));
    await rig.pass(2500);
    expect(isOver).toBe(false);
    await rig.pass(500);
    await flushed;
    expect(rig.service.sent.length).toBeGreaterThan(1);
  });

  it('tests a channel without disturbing groups', async () => {
    const rig = new Rig();
    expect(await rig.notifier.testChannel('mail')).toMatchObject({ channel: 'mail', status: 'delivered', attempt: 1 });
    expect(rig.service.sent).toMatchObject([{ reason: 'test', status: 'resolved' }]);
    expect(rig.notifier.getDeliveries()).toHaveLength(1);
    expect(rig.notifier.getChannelHealth()).toMatchObject([{ channel: 'mail', undelivered: 0 }]);
  });

  it('closes: flushes, ends attempts, frees the service, leaves no timer', async () => {
    const rig = new Rig();
    rig.service.answer = () => new Promise(() => undefined);
    await rig.fired('a');
    const closed = rig.notifier.close(2000);
    await rig.pass(2000);
    await closed;
    expect(rig.service.isClosed).toBe(true);
    expect(rig.service.signals.every(({ aborted }) => aborted)).toBe(true);
    expect(rig.clock.pendingTimers).toBe(0);
    expect((await rig.store.load()).map(({ kind }) => kind)).toEqual(['notify_group', 'notify_entry']);
  });
});

describe('an alert that comes back', () => {
  it('is told of again although its group was forgotten meanwhile', async () => {
    const rig = new Rig();
    await rig.fired('a');
    await rig.pass(5000);
    await rig.resolved('a');
    await rig.pass(5 * MINUTE);
    expect(rig.service.take()).toEqual(['ops new: +a', 'ops resolved: -a']);
    expect(await rig.store.load()).toEqual([]);
    await rig.fired('a');
    await rig.pass(5000);
    expect(rig.service.take()).toEqual(['ops new: +a']);
  });

  it('is no news when it was away for less than the interval of its group', async () => {
    const rig = new Rig();
    await rig.fired('a');
    await rig.pass(10_000);
    await rig.resolved('a');
    await rig.fired('a');
    await rig.pass(5 * MINUTE);
    expect(rig.service.take()).toEqual(['ops new: +a']);
  });
});

describe('a channel with a cadence of its own', () => {
  const cadence = { intervalMs: 1000, resendDelayMs: 3000, resolvedRetentionMs: 15 * MINUTE };

  function pacedRig(): Rig {
    const rig = new Rig();
    Object.assign(rig.service, { cadenceOf: () => cadence });
    return rig;
  }

  it('hears at once, muted or not, in one group', async () => {
    const rig = pacedRig();
    await rig.silence([instanceIs('a')], HOUR);
    rig.fire('a', { name: 'Down' });
    rig.fire('b', { name: 'Slow' });
    await rig.update();
    expect(rig.service.take()).toEqual(['ops new: +a +b']);
    await rig.resolved('a');
    expect(rig.service.take()).toEqual(['ops changed: -a']);
  });

  it('is told again as a Prometheus does: strictly later than the delay, seen once a second', async () => {
    const rig = pacedRig();
    await rig.fired('a');
    await rig.pass(20_000, 250);
    const start = rig.service.sent[0]?.at.getTime() ?? 0;
    expect(rig.service.sent.map(({ at }) => at.getTime() - start)).toEqual([0, 4000, 8000, 12_000, 16_000, 20_000]);
  });

  it('is told of an end for 15 minutes, and then no more', async () => {
    const rig = pacedRig();
    await rig.fired('a');
    await rig.pass(5000);
    await rig.resolved('a');
    const resolvedAt = rig.clock.now();
    rig.service.take();
    await rig.pass(HOUR, 1000);
    const last = rig.service.sent.at(-1);
    expect(summaryOf(last ?? ({} as never))).toBe('ops repeat: -a');
    expect((last?.at.getTime() ?? 0) - resolvedAt).toBeGreaterThan(14.9 * MINUTE);
    expect((last?.at.getTime() ?? 0) - resolvedAt).toBeLessThanOrEqual(15 * MINUTE);
    expect(await rig.store.load()).toEqual([]);
  });

  it('is promised in the store what it hears at once', async () => {
    const rig = pacedRig();
    const kept: unknown[] = [];
    rig.service.answer = async () => {
      kept.push((await rig.store.load()).find(({ kind }) => kind === 'notify_entry')?.value);
      return { status: 'delivered' };
    };
    await rig.fired('a');
    await rig.resolved('a');
    expect(kept).toMatchObject([
      { isOwed: true, alert: { status: 'firing' } },
      { isOwed: true, alert: { status: 'resolved' } },
    ]);
  });

  it('makes one dead letter of what it refuses, however often that is sent again', async () => {
    const rig = pacedRig();
    rig.service.answer = () => ({ status: 'permanent', error: 'answered 400' });
    await rig.fired('a');
    await rig.pass(MINUTE);
    expect(rig.service.sent.length).toBeGreaterThan(10);
    expect(rig.notifier.getDeadLetters()).toHaveLength(1);
    expect(rig.events.map(({ type }) => type)).toEqual(['dead_letter']);
  });

  it('fills no history with what it is sent again', async () => {
    const rig = pacedRig();
    await rig.fired('a');
    await rig.pass(5 * MINUTE);
    await rig.resolved('a');
    await rig.pass(20 * MINUTE);
    expect(rig.events.map(({ type, reason }) => [type, reason])).toEqual([
      ['notified', 'new'],
      ['notified', 'changed'],
    ]);
  });
});
