// Days of a history over 10 000 series that come and go, in minutes. Ends with exit code 1 unless memory stays within the
// budget, does not grow once all tiers are full, and what questions say of the last day is right.
// Build first, then `node --expose-gc tooling/bench/history/history-soak.mjs [hours]`, at least 33.
import { MetricsCollector, MetricsHistory, movedClock, query } from './packages.mjs';

const HOURS = Number(process.argv[2] ?? 60);
const SERIES = 10_000;
const TICK_MS = 10_000;
const TICKS_PER_HOUR = 360;
const MAX_BYTES = 256 * 2 ** 20;
/** Growth of memory between two moments of the same load that counts as a leak. */
const LEAK_BYTES = 8 * 2 ** 20;
/** Retention of the coarsest tier, and until its segments are dropped as a whole. */
const FULL_HOURS = 28;

const clock = movedClock(Date.UTC(2026, 0, 1));
clock.setTimer = (_, callback) => {
  const timer = setImmediate(() => callback());
  return { cancel: () => clearImmediate(timer) };
};
const metrics = new MetricsCollector({ clock });
const jobs = metrics.counter({ name: 'jobs_total', description: 'Jobs.', labels: ['id'], maxSeries: SERIES });
const users = metrics.gauge({ name: 'users', description: 'Users.', labels: ['id'], maxSeries: SERIES });
const history = new MetricsHistory(metrics, { clock, track: 'all', maxBytes: MAX_BYTES, selfMetrics: false });

const failures = [];
const steady = Array.from({ length: SERIES * 0.9 }, (_, id) => jobs.labels({ id: `steady ${id}` }));
let churned = 0;
const passing = [];

/** A tenth of the series lives for some hours each. */
function churn() {
  while (passing.length >= SERIES * 0.1) users.remove({ id: passing.shift() });
  for (let come = 0; come < SERIES * 0.02; come++) {
    const id = `passing ${churned++}`;
    passing.push(id);
    users.set({ id }, 0);
  }
}

const mib = (bytes) => (bytes / 2 ** 20).toFixed(1);
const memory = [];
const startedMs = performance.now();
for (let hour = 0; hour < HOURS; hour++) {
  churn();
  for (let tick = 0; tick < TICKS_PER_HOUR; tick++) {
    clock.nowMs += TICK_MS;
    for (let id = 0; id < steady.length; id++) steady[id].inc((id + tick) % 5);
    for (let at = tick % 10; at < passing.length; at += 10) users.set({ id: passing[at] }, tick);
    await history.tick();
  }
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  memory.push(heapUsed + external);
  const { usedBytes, seriesCount, evictedSamples, refusedSeries } = history.status();
  if (usedBytes > MAX_BYTES) failures.push(`hour ${hour}: ${usedBytes} bytes in use`);
  if (evictedSamples + refusedSeries > 0)
    failures.push(`hour ${hour}: ${evictedSamples} evicted, ${refusedSeries} refused`);
  if (hour % 4 === 3) {
    console.log(
      `hour ${hour + 1}: ${mib(heapUsed + external)} MiB of memory, history ${mib(usedBytes)} MiB, ${seriesCount} series`,
    );
  }
}
const seconds = (performance.now() - startedMs) / 1000;

/** What one series counts in an hour is known. An hour ends before its last moment: there a cell of the next one begins. */
const endMs = Math.floor(clock.nowMs / 3_600_000) * 3_600_000;
for (const ago of [0, 6, 20].filter((hours) => hours + 2 <= HOURS)) {
  const atMs = endMs - ago * 3_600_000 - 1;
  const { expression } = query('jobs_total').increase('1h').sum();
  const [answer] = history.readSync([{ expression, startMs: atMs, endMs: atMs, stepMs: 0 }]);
  const expected = steady.length * TICKS_PER_HOUR * 2;
  const found = answer.series[0]?.values[0];
  if (found !== expected) failures.push(`${ago} h ago: ${found} counted in an hour instead of ${expected}`);
}
const growth = Math.max(...memory.slice(-4)) - Math.max(...memory.slice(FULL_HOURS, FULL_HOURS + 4));
if (HOURS < FULL_HOURS + 5) failures.push(`${HOURS} hours are too few to see a leak`);
else if (growth > LEAK_BYTES) failures.push(`memory grew by ${growth} bytes after hour ${FULL_HOURS}`);
if (globalThis.gc === undefined) failures.push('run it with node --expose-gc');

const samples = HOURS * TICKS_PER_HOUR * SERIES;
console.log(
  `${HOURS} hours, ${(samples / 1e6).toFixed(0)} million samples in ${seconds.toFixed(0)} s, ${churned} series came and went; memory after hour ${FULL_HOURS}: ${growth >= 0 ? '+' : ''}${mib(growth)} MiB`,
);
for (const failure of failures) console.error(failure);
process.exitCode = failures.length > 0 ? 1 : 0;
