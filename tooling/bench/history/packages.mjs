// The packages under test, as their users get them. They are no dependencies of the bench, so that they are looked up from
// the folder of the history's package. Build first.
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(path.resolve(import.meta.dirname, '../../../packages/aggregation/package.json'));

export const { MetricsCollector } = require('@bduf/metrics-core');
export const { query } = require('@bduf/metrics-core/primitives');
export const { MetricsHistory } = require('@bduf/metrics-aggregation');

/** A clock whose days pass as fast as somebody moves it, while slices of work are measured by real time. */
export function movedClock(startMs) {
  const clock = {
    nowMs: startMs,
    now: () => clock.nowMs,
    monotonicMs: () => performance.now(),
    setTimer: (ms, callback) => {
      const timer = setTimeout(() => callback(), ms);
      return { cancel: () => clearTimeout(timer) };
    },
  };
  return clock;
}

/** Processor time of this process in milliseconds. */
export function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
