import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { MetricsCollector } from '@bduf/metrics-core';
import { ManualClock } from '@bduf/metrics-core/primitives';
import {
  type HealthCheck,
  type HealthCheckContext,
  type HealthCheckFinding,
  type HealthCheckResult,
  HealthStatus,
  SystemHealthMonitor,
} from '@bduf/metrics-system-health';

const { HEALTHY, DEGRADED, UNHEALTHY } = HealthStatus;

function world(intervalMs = 10_000) {
  const clock = new ManualClock();
  const metrics = new MetricsCollector({ clock, strict: true });
  // A random value of a half is the middle of the jitter: exactly the interval.
  const monitor = new SystemHealthMonitor(metrics, intervalMs, { clock, random: () => 0.5, system: false });
  return { clock, metrics, monitor };
}

/** Lets everything run that waits for promises only. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

function checkOf(check: HealthCheck['check'], more: Partial<HealthCheck> = {}): HealthCheck {
  return { name: 'x', description: 'X.', timeout: 100, check, ...more };
}

/** A check that finds what it is told. */
function scripted(...findings: readonly HealthStatus[]) {
  let next = 0;
  return jest.fn((_context: HealthCheckContext): Promise<HealthCheckFinding> => {
    return Promise.resolve({ status: findings[next++] ?? findings.at(-1) ?? HEALTHY });
  });
}

function shown(metrics: MetricsCollector, name: string): readonly string[] {
  metrics.gatherSync();
  return (metrics.getMetric(name)?.values() ?? []).map(({ labels, value }) => `${labels?.['check']} ${value}`);
}

describe('running checks', () => {
  it('takes a check as the specification writes it', async () => {
    const { monitor, clock } = world();
    const check = (): Promise<HealthCheckResult> => {
      clock.advance(7);
      return Promise.resolve({ name: 'own', status: DEGRADED, message: 'slow', duration: 1, timestamp: new Date(0) });
    };
    monitor.registerHealthCheck('db', { name: 'Database', description: 'Answers.', timeout: 100, check });
    const expected = {
      name: 'db',
      status: DEGRADED,
      message: 'slow',
      duration: 7,
      timestamp: new Date(clock.now() + 7),
    };
    expect(await monitor.runHealthCheck('db')).toEqual(expected);
    expect(await monitor.runHealthChecks()).toEqual([expected]);
  });

  it('aborts a check when its time is over', async () => {
    const { monitor, clock } = world();
    const seen: AbortSignal[] = [];
    monitor.registerHealthCheck(
      'slow',
      checkOf(({ signal }) => {
        seen.push(signal);
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('given up'))));
      }),
    );
    const result = monitor.runHealthCheck('slow');
    clock.advance(99);
    await settle();
    expect(seen[0]?.aborted).toBe(false);
    clock.advance(1);
    expect(await result).toMatchObject({ status: UNHEALTHY, message: 'No answer within 100 ms.', duration: 100 });
    expect(seen[0]?.aborted).toBe(true);
    // It obeyed the signal, so that the next run is a new call.
    await settle();
    void monitor.runHealthCheck('slow');
    expect(seen).toHaveLength(2);
  });

  it('never starts a check that hangs a second time', async () => {
    const { monitor, clock } = world();
    let release: (finding: HealthCheckFinding) => void = () => undefined;
    const check = jest.fn(() => new Promise<HealthCheckFinding>((resolve) => (release = resolve)));
    monitor.registerHealthCheck('hung', checkOf(check, { cacheTtlMs: 0 }));
    const first = monitor.runHealthCheck('hung');
    clock.advance(100);
    expect((await first).status).toBe(UNHEALTHY);
    for (let probe = 0; probe < 20; probe++) {
      clock.advance(50);
      const [result] = await monitor.runHealthChecks();
      expect(result).toMatchObject({ status: UNHEALTHY, message: expect.stringContaining('has not ended') });
    }
    expect(check).toHaveBeenCalledTimes(1);
    expect(clock.pendingTimers).toBe(0);
    release({ status: HEALTHY });
    await settle();
    const again = monitor.runHealthCheck('hung');
    release({ status: HEALTHY });
    expect((await again).status).toBe(HEALTHY);
    expect(check).toHaveBeenCalledTimes(2);
  });

  it('answers a storm of probes with one call, and later probes from the cache, also of a failure', async () => {
    const { monitor, clock } = world();
    const check = scripted(UNHEALTHY, HEALTHY);
    monitor.registerHealthCheck('db', checkOf(check, { cacheTtlMs: 500 }));
    const storm = await Promise.all(Array.from({ length: 1_000 }, () => monitor.runHealthChecks()));
    expect(new Set(storm.map(([result]) => result?.status))).toEqual(new Set([UNHEALTHY]));
    clock.advance(499);
    expect((await monitor.runHealthChecks())[0]?.status).toBe(UNHEALTHY);
    expect(check).toHaveBeenCalledTimes(1);
    clock.advance(1);
    expect((await monitor.runHealthChecks())[0]?.status).toBe(HEALTHY);
    expect(check).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['a rejection', () => Promise.reject(new Error('db password=hunter2'))],
    [
      'a throw',
      () => {
        throw new TypeError('password=hunter2');
      },
    ],
    ['a rejection with something else', () => Promise.reject('hunter2')],
    ['no status', () => Promise.resolve({ status: 'ok' } as unknown as HealthCheckFinding)],
    ['nothing', () => Promise.resolve(undefined as unknown as HealthCheckFinding)],
  ])('counts %s as unhealthy and keeps the text of errors to itself', async (_, check) => {
    const { monitor } = world();
    monitor.registerHealthCheck('db', checkOf(check));
    const [result] = await monitor.runHealthChecks();
    expect(result?.status).toBe(UNHEALTHY);
    expect(JSON.stringify(result)).not.toContain('hunter2');
    expect(JSON.stringify(await monitor.probe())).not.toContain('password=hunter2');
  });

  it('masks secrets in messages and details', async () => {
    const { monitor } = world();
    const secrets = {
      message:
        'postgres://app:hunter2@db/x failed, Authorization: Bearer hunter2, api_key=hunter2;ok "token":"hunter2"',
      details: {
        url: 'redis://:hunter2@cache',
        dbPassword: 'hunter2',
        nested: { sessionToken: ['hunter2'], list: ['pwd=hunter2', 3n], at: new Date(0) },
        error: new Error('secret: hunter2'),
        rows: 4,
        deep: { a: { b: { c: { d: 'hunter2' } } } },
      },
    };
    monitor.registerHealthCheck(
      'db',
      checkOf(() => Promise.resolve({ status: UNHEALTHY, ...secrets })),
    );
    const [report] = await monitor.probe();
    expect(JSON.stringify(report)).not.toContain('hunter2');
    expect(report?.result.message).toContain('postgres://***@db/x failed');
    expect(report?.details).toMatchObject({ url: 'redis://***@cache', rows: 4, nested: { list: ['pwd=***', '3'] } });
  });

  it('lets a check that is not critical degrade the whole at worst', async () => {
    const { monitor, metrics } = world();
    monitor.registerHealthCheck('cache', checkOf(scripted(UNHEALTHY), { critical: false }));
    const [report] = await monitor.probe();
    expect(report).toMatchObject({ found: UNHEALTHY, critical: false, result: { status: DEGRADED } });
    expect(shown(metrics, 'health_check_status')).toEqual(['cache 0.5']);
  });

  it('changes after as many results in a row as the thresholds ask for', async () => {
    const { monitor } = world();
    const found = [
      HEALTHY,
      UNHEALTHY,
      DEGRADED,
      UNHEALTHY,
      UNHEALTHY,
      UNHEALTHY,
      HEALTHY,
      UNHEALTHY,
      HEALTHY,
      DEGRADED,
    ];
    const counted = [
      HEALTHY,
      HEALTHY,
      DEGRADED,
      DEGRADED,
      DEGRADED,
      UNHEALTHY,
      UNHEALTHY,
      UNHEALTHY,
      UNHEALTHY,
      DEGRADED,
    ];
    monitor.registerHealthCheck('db', checkOf(scripted(...found), { failureThreshold: 3, successThreshold: 2 }));
    const seen: HealthStatus[] = [];
    for (const _ of found) seen.push((await monitor.runHealthCheck('db')).status);
    expect(seen).toEqual(counted);
  });

  it('never shows a change that the thresholds forbid', async () => {
    const statuses = fc.array(fc.constantFrom(HEALTHY, DEGRADED, UNHEALTHY), { minLength: 1, maxLength: 40 });
    const threshold = fc.integer({ min: 1, max: 4 });
    await fc.assert(
      fc.asyncProperty(statuses, threshold, threshold, async (found, failureThreshold, successThreshold) => {
        const { monitor } = world();
        monitor.registerHealthCheck('x', checkOf(scripted(...found), { failureThreshold, successThreshold }));
        const seen: HealthStatus[] = [];
        for (const _ of found) seen.push((await monitor.runHealthCheck('x')).status);
        for (let i = 1; i < seen.length; i++) {
          const isBad = seen[i] === UNHEALTHY;
          if (isBad === (seen[i - 1] === UNHEALTHY)) continue;
          const run = found.slice(Math.max(0, i + 1 - (isBad ? failureThreshold : successThreshold)), i + 1);
          expect(run).toHaveLength(isBad ? failureThreshold : successThreshold);
          expect(run.every((status) => (status === UNHEALTHY) === isBad)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the metrics of checks', () => {
  it('show status, duration and the availability of the last hour', async () => {
    const { monitor, metrics, clock } = world();
    const check = scripted(HEALTHY, DEGRADED, UNHEALTHY, HEALTHY);
    monitor.registerHealthCheck('db', checkOf(check));
    monitor.registerHealthCheck('never', checkOf(scripted(HEALTHY)));
    const statuses: unknown[] = [];
    for (let run = 0; run < 4; run++) {
      await monitor.runHealthCheck('db');
      statuses.push(shown(metrics, 'health_check_status')[0]);
      clock.advance(60_000);
    }
    expect(statuses).toEqual(['db 1', 'db 0.5', 'db 0', 'db 1']);
    expect(shown(metrics, 'health_check_duration_seconds')).toEqual(['db 4']);
    expect(shown(metrics, 'component_availability')).toEqual(['db 0.5']);
    clock.advance(58 * 60_000); // The first three results are an hour old.
    expect(shown(metrics, 'component_availability')).toEqual(['db 1']);
    clock.advance(60_000);
    expect(shown(metrics, 'component_availability')).toEqual([]);
  });

  it('leave with the check, also when it ends later', async () => {
    const { monitor, metrics } = world();
    monitor.registerHealthCheck('db', checkOf(scripted(HEALTHY)));
    await monitor.runHealthCheck('db');
    const late = monitor.runHealthCheck('db');
    monitor.unregisterHealthCheck('db');
    monitor.unregisterHealthCheck('unknown');
    await late;
    for (const name of ['health_check_status', 'health_check_duration_seconds', 'component_availability']) {
      expect([name, shown(metrics, name)]).toEqual([name, []]);
    }
  });
});

describe('the schedule', () => {
  it('runs checks at once, by their own interval or the one of the monitor, until it is stopped', async () => {
    const { monitor, clock } = world(10_000);
    const usual = scripted(HEALTHY);
    const often = scripted(HEALTHY);
    monitor.registerHealthCheck('usual', checkOf(usual));
    monitor.startMonitoring();
    monitor.startMonitoring();
    monitor.registerHealthCheck('often', checkOf(often, { intervalMs: 2_000 }));
    await settle();
    for (let second = 0; second < 20; second++) {
      clock.advance(1_000);
      await settle();
    }
    expect([usual.mock.calls.length, often.mock.calls.length]).toEqual([3, 11]);
    monitor[Symbol.dispose]();
    monitor.stopMonitoring();
    clock.advance(100_000);
    await settle();
    expect([usual.mock.calls.length, often.mock.calls.length]).toEqual([3, 11]);
    monitor.startMonitoring();
    expect([usual.mock.calls.length, often.mock.calls.length]).toEqual([4, 12]);
    monitor.stopMonitoring();
  });

  it('gives or takes a tenth', async () => {
    for (const [random, dueMs] of [
      [0, 9_000],
      [0.999999, 11_000],
    ] as const) {
      const clock = new ManualClock();
      const monitor = new SystemHealthMonitor(new MetricsCollector({ clock }), 10_000, {
        clock,
        random: () => random,
        system: false,
      });
      const check = scripted(HEALTHY);
      monitor.registerHealthCheck('x', checkOf(check));
      monitor.startMonitoring();
      await settle();
      clock.advance(dueMs - 1);
      expect(check).toHaveBeenCalledTimes(1);
      clock.advance(1);
      expect(check).toHaveBeenCalledTimes(2);
      monitor.stopMonitoring();
    }
  });

  it('feeds probes: they run nothing while it keeps up, and run the check when it does not', async () => {
    const { monitor, clock } = world(10_000);
    const check = scripted(HEALTHY);
    monitor.registerHealthCheck('x', checkOf(check));
    await monitor.probe(['liveness']);
    expect(check).not.toHaveBeenCalled();
    monitor.startMonitoring();
    await settle();
    clock.advance(9_999);
    await Promise.all(Array.from({ length: 100 }, () => monitor.probe(['readiness'])));
    expect(check).toHaveBeenCalledTimes(1);
    monitor.stopMonitoring();
    await monitor.probe();
    expect(check).toHaveBeenCalledTimes(2);
  });
});

describe('mistakes', () => {
  it.each<[string, Partial<HealthCheck>]>([
    ['timeout', { timeout: 0 }],
    ['timeout', { timeout: Number.NaN }],
    ['timeout', { timeout: 2 ** 31 }],
    ['intervalMs', { intervalMs: 0 }],
    ['cacheTtlMs', { cacheTtlMs: -1 }],
    ['failureThreshold', { failureThreshold: 1.5 }],
    ['successThreshold', { successThreshold: 0 }],
    ['kind', { kind: 'other' as 'readiness' }],
    ['check', { check: 'x' as unknown as HealthCheck['check'] }],
  ])('are refused with their value: %s', (field, wrong) => {
    const { monitor } = world();
    expect(() => monitor.registerHealthCheck('db', checkOf(scripted(HEALTHY), wrong))).toThrow(
      new RegExp(`The ${field} of health check "db" is .* Give `),
    );
  });

  it('are named: taken and unknown names, intervals out of range', async () => {
    const { monitor, metrics } = world();
    monitor.registerHealthCheck('db', checkOf(scripted(HEALTHY)));
    const code = 'METRICS_ERR_ARGUMENT_INVALID';
    expect(() => monitor.registerHealthCheck('db', checkOf(scripted(HEALTHY)))).toThrow('unregister that one first');
    expect(() => monitor.registerHealthCheck('', checkOf(scripted(HEALTHY)))).toThrow(
      expect.objectContaining({ code }),
    );
    await expect(monitor.runHealthCheck('cache')).rejects.toThrow('use one of: db');
    for (const interval of [0, -1, Number.NaN, Infinity]) {
      expect(() => new SystemHealthMonitor(metrics, interval)).toThrow(expect.objectContaining({ code }));
    }
  });
});
