import { afterEach, describe, expect, it } from '@jest/globals';
import { MetricsCollector } from '@bduf/metrics-core';
import { MetricsError } from '@bduf/metrics-core/interfaces';
import { ManualClock, seriesOf } from '@bduf/metrics-core/primitives';
import { type DeliveryConfig, type IntegrationOptions, MetricsIntegration } from '@bduf/metrics-integrations';
import { exporterOf } from '../support/exporter-of.ts';
import { ScriptedTarget, type Step, breathe, pass } from '../support/scripted-target.ts';

const open: { readonly integration: MetricsIntegration; readonly clock: ManualClock }[] = [];

afterEach(async () => {
  for (const { integration, clock } of open.splice(0)) {
    const closed = integration.close({ deadline: 1 });
    await pass(clock, 10);
    await closed;
  }
});

function rig(target: ScriptedTarget, delivery: DeliveryConfig = {}, options: Partial<IntegrationOptions> = {}) {
  const clock = new ManualClock();
  const metrics = new MetricsCollector();
  const jobs = metrics.counter({ name: 'jobs_total', description: 'Jobs.' });
  const errors: string[] = [];
  const integration = new MetricsIntegration(
    // Only what is under test: self-metrics would be part of every body.
    exporterOf({ ...bound(metrics), gather: async () => metrics.gather({ names: new Set(['jobs_total']) }) }),
    { intervalMs: 1000, delivery: { timeoutMs: 500, baseMs: 100, maxMs: 1600, openMs: 5000, ...delivery } },
    { clock, random: () => 1, onError: ({ message }) => errors.push(message), targets: [target], ...options },
  );
  open.push({ integration, clock });
  const push = async () => {
    const report = integration.pushTo('scripted', { deadline: 1e6 });
    await breathe();
    return report;
  };
  /** A push whose result nobody waits for. */
  const start = async () => {
    void integration.pushTo('scripted', { deadline: 0 });
    await breathe();
  };
  return { clock, metrics, jobs, errors, integration, target, push, start };
}

function bound(metrics: MetricsCollector) {
  return { gather: metrics.gather.bind(metrics), gatherSync: metrics.gatherSync.bind(metrics) };
}

function codeOf(make: () => unknown): string | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    return MetricsError.isInstance(error) ? error.code : String(error);
  }
}

const stateOf = (integration: MetricsIntegration) => {
  const [state] = integration.state();
  if (state === undefined) throw new Error('no target');
  return state;
};

describe('a delivery', () => {
  it('reports what has arrived', async () => {
    const { jobs, push, target } = rig(new ScriptedTarget());
    jobs.inc(3);
    expect(await push()).toEqual([{ target: 'scripted', status: 'delivered', points: 1, delivered: 1, dropped: 0 }]);
    expect(target.arrived).toEqual(['jobs_total=3']);
  });

  it.each(['reject', 'throw', 'retry', 'hang'] as const)('tries again after "%s", in order', async (step) => {
    const { clock, jobs, start, target, integration, errors } = rig(new ScriptedTarget([step, step]));
    jobs.inc();
    await start();
    jobs.inc();
    await start();
    expect(stateOf(integration).queueBytes).toBeGreaterThan(0);
    await pass(clock, 2000);
    expect(target.arrived).toEqual(['jobs_total=1', 'jobs_total=2']);
    expect(stateOf(integration)).toMatchObject({ sent: 2, dropped: {}, queueBytes: 0, oldestSeconds: 0 });
    expect(errors).toHaveLength(1);
  });

  it('pauses longer with each failure and opens the circuit after several', async () => {
    const failures = Array.from({ length: 6 }, () => 'retry' as const);
    const { clock, jobs, start, target, integration } = rig(new ScriptedTarget(failures));
    jobs.inc();
    await start();
    const times: number[] = [];
    const openTimes: number[] = [];
    for (let ms = 0; ms < 20_000; ms += 50) {
      const before = target.attempts.length;
      clock.advance(50);
      await breathe();
      if (target.attempts.length > before) times.push(clock.monotonicMs());
      if (stateOf(integration).isCircuitOpen) openTimes.push(clock.monotonicMs());
    }
    expect([openTimes[0], openTimes.at(-1)]).toEqual([1500, 11_450]);
    // 100, 200, 400, 800, then the open circuit: 5000 each.
    expect(times).toEqual([100, 300, 700, 1500, 6500, 11_500]);
    expect(stateOf(integration)).toMatchObject({ isCircuitOpen: false, sent: 1, requests: { retry: 6, delivered: 1 } });
  });

  it('keeps to the pause it is asked for, also when it flushes', async () => {
    const asked = { status: 'retry', note: 'later', retryAfterMs: 3000 } as const;
    const { clock, jobs, start, target, integration } = rig(new ScriptedTarget([asked]));
    jobs.inc();
    await start();
    void integration.flush({ deadline: 10 });
    await pass(clock, 2900);
    expect(target.attempts).toHaveLength(1);
    await pass(clock, 300);
    expect(target.arrived.length).toBeGreaterThan(0);
  });

  it('loses only what the target refuses, and says why', async () => {
    const { jobs, push, target, errors, integration } = rig(new ScriptedTarget(['refused']));
    jobs.inc();
    expect((await push())[0]).toMatchObject({ status: 'dropped', dropped: 1, note: 'bad line' });
    expect(target.takenBack).toEqual([]);
    expect(errors).toEqual(['Metrics for scripted: bad line']);
    expect((await push())[0]).toMatchObject({ status: 'delivered' });
    expect(stateOf(integration)).toMatchObject({ sent: 1, dropped: { refused: 1 } });
  });

  it('takes back what is refused for want of access, and does not insist', async () => {
    const denied = { status: 'refused', fault: 'access', note: 'answered 403' } as const;
    const { clock, jobs, push, start, target, integration } = rig(new ScriptedTarget([denied]));
    jobs.inc();
    await push();
    expect(target.takenBack).toEqual(['jobs_total=1']);
    await start();
    expect(target.attempts).toHaveLength(1);
    await pass(clock, 200);
    expect(target.attempts).toHaveLength(2);
    expect(stateOf(integration).dropped).toEqual({ access_denied: 1 });
  });

  it('counts a partial success and does not repeat it', async () => {
    const { jobs, push, target, integration } = rig(
      new ScriptedTarget([{ status: 'delivered', rejected: 1, note: '1 of 1 too old' }]),
    );
    jobs.inc();
    expect((await push())[0]).toMatchObject({ status: 'dropped', delivered: 0, dropped: 1, note: '1 of 1 too old' });
    expect(target.attempts).toHaveLength(1);
    expect(stateOf(integration).dropped).toEqual({ rejected: 1 });
  });

  it('gives up after the given attempts, takes back, and goes on', async () => {
    const { clock, jobs, start, target, integration } = rig(new ScriptedTarget(['retry', 'retry', 'retry']), {
      maxAttempts: 3,
    });
    jobs.inc();
    await start();
    jobs.inc();
    await start();
    await pass(clock, 2000);
    expect(target.takenBack).toEqual(['jobs_total=1']);
    expect(target.arrived).toEqual(['jobs_total=2']);
    expect(stateOf(integration).dropped).toEqual({ retries_exhausted: 1 });
  });

  it('gives up what has grown too old', async () => {
    const failing = Array.from({ length: 4 }, () => 'retry' as const);
    const { clock, jobs, start, target, integration } = rig(new ScriptedTarget(failing), { maxAgeMs: 700 });
    jobs.inc();
    await start();
    await pass(clock, 3000);
    expect(target.takenBack).toEqual(['jobs_total=1']);
    expect(stateOf(integration).dropped).toEqual({ expired: 1 });
  });

  it('bounds its memory by giving up the oldest, never what is being sent', async () => {
    const { jobs, start, target, integration } = rig(new ScriptedTarget(['hang']), { maxQueueBytes: 1024 });
    for (let round = 1; round <= 6; round++) {
      jobs.inc();
      await start();
      expect(stateOf(integration).queueBytes).toBeLessThanOrEqual(1024);
    }
    expect(target.attempts).toEqual(['jobs_total=1']);
    expect(target.takenBack).toEqual(['jobs_total=2', 'jobs_total=3', 'jobs_total=4']);
    expect(stateOf(integration).dropped).toEqual({ queue_full: 3 });
  });

  it('replaces older read-outs where only the latest matters', async () => {
    const { clock, jobs, start, target, integration } = rig(new ScriptedTarget(['retry'], 'latest'));
    for (let round = 1; round <= 4; round++) {
      jobs.inc();
      await start();
    }
    await pass(clock, 2000);
    expect(target.arrived).toEqual(['jobs_total=4']);
    expect(target.takenBack).toEqual(['jobs_total=1', 'jobs_total=2', 'jobs_total=3']);
    expect(stateOf(integration).dropped).toEqual({ superseded: 3 });
  });

  it('does not insist on a read-out that was replaced while it was being sent', async () => {
    const { clock, jobs, start, target } = rig(new ScriptedTarget(['hang'], 'latest'));
    jobs.inc();
    await start();
    jobs.inc();
    await start();
    await pass(clock, 2000);
    expect(target.attempts).toEqual(['jobs_total=1', 'jobs_total=2']);
    expect(target.takenBack).toEqual(['jobs_total=1']);
  });

  it('shows the age of the oldest', async () => {
    const { clock, jobs, start, integration } = rig(new ScriptedTarget(['hang']), { timeoutMs: 60_000 });
    jobs.inc();
    await start();
    clock.advance(2500);
    expect(stateOf(integration).oldestSeconds).toBe(2.5);
  });

  it('survives a target that cannot write and a callback that throws', async () => {
    const target = new ScriptedTarget();
    target.encode = () => {
      throw new Error('no idea');
    };
    const onError = () => {
      throw new Error('from the application');
    };
    const { push, jobs } = rig(target, {}, { onError });
    jobs.inc();
    expect((await push())[0]).toMatchObject({ status: 'dropped', note: expect.stringContaining('no idea') });
  });
});

describe('a request that goes unanswered', () => {
  it.each<[Step, number]>([
    ['hang', 1],
    ['reject', 1],
    ['throw', 1],
    [{ status: 'retry', note: 'the gateway heard nothing', isUnclear: true }, 1],
    ['nobody', 0],
    ['retry', 0],
  ])('after %j may have arrived: %i points are unclear, and are sent again', async (step, unclear) => {
    const { clock, jobs, start, integration, target } = rig(new ScriptedTarget([step]));
    jobs.inc();
    await start();
    await pass(clock, 1000);
    expect(target.arrived).toEqual(['jobs_total=1']);
    expect(stateOf(integration)).toMatchObject({ unclear, sent: 1, dropped: {} });
  });

  it('is not unclear where a body that arrives twice is as one', async () => {
    const { clock, jobs, start, integration, target } = rig(idempotent(new ScriptedTarget(['hang', 'reject'])));
    jobs.inc();
    await start();
    await pass(clock, 2000);
    expect(target.arrived).toEqual(['jobs_total=1']);
    expect(stateOf(integration)).toMatchObject({ unclear: 0, sent: 1, dropped: {} });
  });

  it('is unclear even there once its increases become part of another body', async () => {
    const { clock, jobs, start, integration, target } = rig(idempotent(new ScriptedTarget(['hang'])), {
      maxAttempts: 1,
    });
    jobs.inc();
    await start();
    await pass(clock, 600);
    expect(target.takenBack).toEqual(['jobs_total=1']);
    expect(stateOf(integration)).toMatchObject({ unclear: 1, dropped: { retries_exhausted: 1 } });
  });

  it('is given up when nothing may arrive twice', async () => {
    const { clock, jobs, start, integration, target, errors } = rig(new ScriptedTarget(['hang', 'nobody']), {
      whenUnclear: 'drop',
    });
    jobs.inc();
    await start();
    jobs.inc();
    await start();
    await pass(clock, 2000);
    expect(target.arrived).toEqual(['jobs_total=2']);
    expect(target.takenBack).toEqual([]);
    expect(stateOf(integration)).toMatchObject({ unclear: 1, sent: 1, dropped: { unclear: 1 } });
    expect(errors[0]).toBe('Metrics for scripted: no answer within 500 ms');
  });

  it('gives back nothing that may have arrived when nothing may arrive twice', async () => {
    const target = idempotent(new ScriptedTarget(['hang', 'retry']));
    const { clock, jobs, start, integration } = rig(target, { maxAttempts: 2, whenUnclear: 'drop' });
    jobs.inc();
    await start();
    await pass(clock, 2000);
    expect(target.takenBack).toEqual([]);
    expect(stateOf(integration)).toMatchObject({ unclear: 1, sent: 0, dropped: { retries_exhausted: 1 } });
  });
});

function idempotent(target: ScriptedTarget): ScriptedTarget {
  target.isIdempotent = true;
  return target;
}

describe('periodic pushes', () => {
  it('come at the interval, from start to stop', async () => {
    const { clock, jobs, integration, target } = rig(new ScriptedTarget());
    jobs.inc();
    integration.start();
    integration.start();
    await pass(clock, 3000, 250);
    expect(target.arrived).toHaveLength(3);
    integration.stop();
    await pass(clock, 3000, 250);
    expect(target.arrived).toHaveLength(3);
    integration.start();
    await pass(clock, 1000, 250);
    expect(target.arrived).toHaveLength(4);
  });

  it('do not pile up when the process was held up', async () => {
    const { clock, jobs, integration, target } = rig(new ScriptedTarget());
    jobs.inc();
    integration.start();
    clock.advance(10_000);
    await breathe();
    expect(target.arrived.length).toBeLessThanOrEqual(1);
  });
});

describe('flush and close', () => {
  it('flush tries at once and waits until everything has arrived', async () => {
    const { jobs, start, target, integration } = rig(new ScriptedTarget(['retry']));
    jobs.inc();
    await start();
    jobs.inc();
    const reports = await integration.flush({ deadline: 1000 });
    expect(reports).toMatchObject([{ status: 'delivered' }]);
    expect(target.arrived).toEqual(['jobs_total=1', 'jobs_total=2']);
  });

  it('flush reads once more when what was under way has come back meanwhile', async () => {
    const { clock, jobs, start, target, integration } = rig(new ScriptedTarget(['hang'], 'latest'));
    jobs.inc();
    await start();
    jobs.inc();
    const flushed = integration.flush({ deadline: 5000 });
    await pass(clock, 2000);
    expect(await flushed).toMatchObject([{ status: 'delivered' }]);
    expect(target.takenBack).toEqual(['jobs_total=1']);
    // The third read-out is the one that can hold what came back.
    expect(target.arrived).toEqual(['jobs_total=2', 'jobs_total=2']);
    expect(integration.state()).toMatchObject([{ queueBytes: 0, dropped: { superseded: 1 } }]);
  });

  it('flush reads no further after its deadline', async () => {
    const hanging = Array.from({ length: 50 }, () => 'hang' as const);
    const { clock, jobs, start, target, integration } = rig(new ScriptedTarget(hanging, 'latest'));
    jobs.inc();
    await start();
    const flushed = integration.flush({ deadline: 600 });
    await pass(clock, 700);
    expect(await flushed).toMatchObject([{ status: 'pending' }]);
    const bodies = new Set(target.attempts).size + target.takenBack.length;
    jobs.inc();
    await pass(clock, 60_000, 500);
    expect(new Set(target.attempts).size + target.takenBack.length).toBe(bodies);
  });

  it('flush ends at its deadline and leaves the rest to be tried further', async () => {
    const { clock, jobs, target, integration } = rig(new ScriptedTarget(['hang']));
    jobs.inc();
    const flushed = integration.flush({ deadline: 300 });
    await pass(clock, 300);
    expect(await flushed).toMatchObject([{ status: 'pending' }]);
    await pass(clock, 1000);
    expect(target.arrived).toEqual(['jobs_total=1']);
  });

  it('close gives up at its deadline, aborts, counts, and lets go', async () => {
    const { clock, jobs, target, integration } = rig(new ScriptedTarget(['hang']), { timeoutMs: 60_000 });
    jobs.inc();
    integration.start();
    const closed = integration.close({ deadline: 300 });
    await pass(clock, 300);
    expect(await closed).toMatchObject([{ status: 'pending' }]);
    expect(target.signal?.aborted).toBe(true);
    expect(target.isClosed).toBe(true);
    expect(stateOf(integration)).toMatchObject({ queueBytes: 0, dropped: { closed: 1 } });
    await breathe();
    expect(clock.pendingTimers).toBe(0);
  });

  it('leave no timers behind when all went well', async () => {
    const { clock, jobs, push, integration } = rig(new ScriptedTarget(['retry']));
    jobs.inc();
    integration.start();
    const pushed = push();
    await pass(clock, 500);
    await pushed;
    await integration.close({ deadline: 100 });
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('MetricsIntegration', () => {
  it('shows its deliveries as metrics of a collector, until it is closed', async () => {
    const registerer = new MetricsCollector();
    const failing = [{ status: 'delivered', rejected: 1 }, 'hang'] as const;
    const { clock, jobs, push, start, integration } = rig(new ScriptedTarget([...failing]), {}, { registerer });
    jobs.inc();
    await push();
    await start();
    clock.advance(400);
    const values = async () => {
      const families = await registerer.gather();
      return Object.fromEntries(
        families.flatMap((family) =>
          Array.from(seriesOf(family), ({ labels, value }) => [`${family.name}${JSON.stringify(labels)}`, value]),
        ),
      ) as Record<string, number>;
    };
    expect(await values()).toMatchObject({
      'metrics_delivery_points_total{"target":"scripted"}': 0,
      'metrics_delivery_dropped_total{"target":"scripted","reason":"rejected"}': 1,
      'metrics_delivery_unclear_total{"target":"scripted"}': 0,
      'metrics_delivery_requests_total{"target":"scripted","outcome":"delivered"}': 1,
      'metrics_delivery_oldest_seconds{"target":"scripted"}': 0.4,
      'metrics_delivery_circuit_open{"target":"scripted"}': 0,
    });
    const closing = integration.close({ deadline: 1 });
    await pass(clock, 10);
    await closing;
    expect(Object.keys(await values()).filter((name) => name.includes('scripted'))).toEqual([]);
  });

  it('refuses an invalid configuration, naming the fields but not the values', () => {
    const bad = { pushgateway: { url: 'ftp://secret', job: '' }, typo: 1, intervalMs: 1 };
    const make = () => new MetricsIntegration(exporterOf(new MetricsCollector()), bad);
    expect(make).toThrow(/pushgateway\.url.*pushgateway\.job/s);
    expect(codeOf(make)).toBe('METRICS_ERR_INTEGRATION_CONFIG_INVALID');
    expect(make).not.toThrow(/secret/);
  });

  it('rejects a push to a target that is not configured', async () => {
    const { integration } = rig(new ScriptedTarget());
    await expect(integration.pushToPrometheus()).rejects.toMatchObject({
      code: 'METRICS_ERR_INTEGRATION_TARGET_MISSING',
    });
  });

  it('says so when the metrics cannot be read', async () => {
    const errors: string[] = [];
    const gather = () => Promise.reject(new Error('broken'));
    const integration = new MetricsIntegration(
      exporterOf({ gather, gatherSync: () => [] }),
      {},
      { targets: [new ScriptedTarget()], onError: ({ message }) => errors.push(message) },
    );
    expect(await integration.pushTo('scripted')).toEqual([]);
    expect(errors).toEqual(['The metrics could not be read.']);
  });

  it('hands read-outs over in the order of their times, whatever order they finish in', async () => {
    const target = new ScriptedTarget();
    const metrics = new MetricsCollector();
    const jobs = metrics.counter({ name: 'jobs_total', description: 'Jobs.' });
    let calls = 0;
    const gather = async () => {
      const families = metrics.gatherSync();
      calls += 1;
      if (calls === 1) await new Promise((resolve) => setTimeout(resolve, 20));
      return families;
    };
    const integration = new MetricsIntegration(exporterOf({ gather, gatherSync: () => [] }), {}, { targets: [target] });
    jobs.inc();
    const first = integration.pushTo('scripted');
    await breathe();
    jobs.inc();
    await integration.pushTo('scripted');
    await first;
    expect(target.arrived).toEqual(['jobs_total=1', 'jobs_total=2']);
  });
});
