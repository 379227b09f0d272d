// What the history in memory costs: bytes and time of a sample by kind of data, the longest time that a tick over 10 000
// series keeps the event loop, and a question about 6 hours of 100 series. Ends with exit code 1 unless all gates hold.
// Build first, then `node --expose-gc tooling/bench/history/history-cost.mjs [rounds]`.
//
// Times are processor time, which other processes disturb less than the clock; of the rounds, the least disturbed counts.
import { cpuMs, MetricsCollector, MetricsHistory, movedClock, query } from './packages.mjs';

const ROUNDS = Number(process.argv[2] ?? 5);
const START_MS = Date.UTC(2026, 0, 1);
const TICK_MS = 10_000;
const DAY_MS = 86_400_000;
/** An hour and more: segments of all kinds are compressed and dropped. */
const TICKS_OF_STALLS = 400;

/** Gates of the release. */
const GATES = {
  integer: { bytes: 1.5, appendNs: 15 },
  float: { bytes: 7.5, appendNs: 40 },
  stallMs: 5,
  queryMs: 50,
};

const failures = [];
const check = (what, value, gate) => {
  if (!(value <= gate)) failures.push(`${what}: ${value.toFixed(2)}, the gate is ${gate}`);
};

/** Numbers that are the same in every run: mulberry32. */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The next value of a series from the one before. */
const KINDS = {
  'counter, 500 a tick': { of: 'integer', next: (before, r) => before + Math.round(400 + 200 * r()) },
  'counter, 5 a tick': { of: 'integer', next: (before, r) => before + Math.round(10 * r()) },
  'counter, idle 95 %': { of: 'integer', next: (before, r) => before + (r() < 0.05 ? Math.round(20 * r()) : 0) },
  'queue depth 0 to 20': { of: 'integer', next: (_, r) => Math.floor(21 * r()) },
  constant: { of: 'integer', next: () => 42 },
  'seconds, summed up': { of: 'float', next: (before, r) => before + 5 * r() },
  'gauge, full precision': { of: 'float', next: (_, r) => 100 * r() },
  'percent, 2 decimals': { of: 'float', next: (_, r) => Math.round(1e4 * r()) / 100 },
};

/** Read-outs of 1000 series of a kind, as a collector makes them. Made in advance: they are not what is measured. */
function readOuts({ next }, ticks) {
  const metrics = new MetricsCollector();
  const gauge = metrics.gauge({ name: 'value', description: 'Value.', labels: ['id'], maxSeries: 1000 });
  const r = random(7);
  const values = new Float64Array(1000);
  const handles = Array.from(values, (_, id) => gauge.labels({ id: String(id) }));
  return Array.from({ length: ticks }, (_, tick) => {
    for (let id = 0; id < values.length; id++) {
      values[id] = next(values[id], r);
      handles[id].set(values[id]);
    }
    return { atMs: START_MS + tick * TICK_MS, families: metrics.gatherSync({ names: new Set(['value']) }) };
  });
}

function costOfSamples(kind) {
  const ticks = readOuts(kind, 480);
  let best = Infinity;
  let bytes = NaN;
  for (let round = 0; round < ROUNDS; round++) {
    const clock = movedClock(START_MS + DAY_MS);
    const options = { clock, retentionMs: DAY_MS, tiers: [], selfMetrics: false };
    const history = new MetricsHistory(new MetricsCollector(), options);
    const before = cpuMs();
    for (const { atMs, families } of ticks) history.append(families, atMs);
    best = Math.min(best, ((cpuMs() - before) * 1e6) / (ticks.length * 1000));
    const [raw] = history.status().tiers;
    bytes = raw.bytes / raw.samples;
    history.close();
  }
  return { bytes, appendNs: best };
}

/**
 * The longest time between two turns of the event loop that the process itself used, for each tick over 10 000 series, the smaller of
 * wall and processor time. Every round does the same at the same tick, so that the least disturbed one counts.
 */
async function stalls() {
  const least = new Float64Array(TICKS_OF_STALLS).fill(Infinity);
  for (let round = 0; round < ROUNDS; round++) {
    const clock = movedClock(START_MS);
    const metrics = new MetricsCollector({ clock });
    const jobs = metrics.counter({ name: 'jobs_total', description: 'Jobs.', labels: ['id'], maxSeries: 10_000 });
    const handles = Array.from({ length: 10_000 }, (_, id) => jobs.labels({ id: `series-${id}` }));
    const history = new MetricsHistory(metrics, { clock, track: ['jobs_total'], selfMetrics: false });
    for (let tick = 0; tick < TICKS_OF_STALLS; tick++) {
      for (const handle of handles) handle.inc(tick % 7);
      clock.nowMs += TICK_MS;
      least[tick] = Math.min(least[tick], await longestStall(history.tick()));
    }
    history.close();
  }
  return least.toSorted();
}

async function longestStall(work) {
  const state = { isDone: false };
  const done = work.finally(() => (state.isDone = true));
  let longest = 0;
  let [wall, cpu] = [performance.now(), cpuMs()];
  while (!state.isDone) {
    await new Promise((resolve) => setImmediate(resolve));
    const [nextWall, nextCpu] = [performance.now(), cpuMs()];
    longest = Math.max(longest, Math.min(nextWall - wall, nextCpu - cpu));
    [wall, cpu] = [nextWall, nextCpu];
  }
  await done;
  return longest;
}

function costOfQuestions() {
  const clock = movedClock(START_MS + DAY_MS);
  const history = new MetricsHistory(new MetricsCollector(), {
    clock,
    retentionMs: DAY_MS,
    tiers: [],
    selfMetrics: false,
  });
  const metrics = new MetricsCollector();
  const jobs = metrics.counter({ name: 'jobs_total', description: 'Jobs.', labels: ['id'] });
  const r = random(3);
  const handles = Array.from({ length: 100 }, (_, id) => jobs.labels({ id: String(id) }));
  for (let tick = 0; tick < 2160; tick++) {
    for (const handle of handles) handle.inc(Math.round(9 * r()));
    history.append(metrics.gatherSync(), START_MS + tick * TICK_MS);
  }
  const endMs = START_MS + 2159 * TICK_MS;
  const span = { startMs: endMs - 6 * 3_600_000 + 300_000, endMs, stepMs: 60_000 };
  const questions = {
    'rate[5m], step 1 m': query('jobs_total').rate('5m'),
    'sum of rate[5m], step 1 m': query('jobs_total').rate('5m').sum(),
    'rate[1m] as Prometheus, step 10 s': query('jobs_total').rate('1m'),
    'max_over_time[10m], step 1 m': query('jobs_total').maxOverTime('10m'),
  };
  const results = Object.entries(questions).map(([name, { expression }]) => {
    const isPrometheus = name.includes('Prometheus');
    const question = {
      expression,
      ...span,
      ...(isPrometheus && { stepMs: TICK_MS, semantics: 'prometheus' }),
    };
    const times = Array.from({ length: 4 * ROUNDS }, () => {
      const before = cpuMs();
      const [answer] = history.readSync([question]);
      if (!(answer.series.length > 0)) throw new Error('No answer');
      return cpuMs() - before;
    });
    return [name, times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]];
  });
  history.close();
  return results;
}

for (const [name, kind] of Object.entries(KINDS)) {
  const { bytes, appendNs } = costOfSamples(kind);
  console.log(`${name.padEnd(24)} ${bytes.toFixed(2).padStart(5)} B a sample, ${appendNs.toFixed(1).padStart(5)} ns`);
  check(`${name}, bytes a sample`, bytes, GATES[kind.of].bytes);
  check(`${name}, ns a sample`, appendNs, GATES[kind.of].appendNs);
}
const stalled = await stalls();
const median = stalled[stalled.length >> 1];
console.log(`tick over 10 000 series: longest stall ${stalled.at(-1).toFixed(2)} ms, median ${median.toFixed(2)} ms`);
check('longest stall of a tick, ms', stalled.at(-1), GATES.stallMs);
for (const [name, ms] of costOfQuestions()) {
  console.log(`6 h of 100 series, ${name}: ${ms.toFixed(1)} ms`);
  check(`question, ${name}, ms`, ms, GATES.queryMs);
}
for (const failure of failures) console.error(failure);
process.exitCode = failures.length > 0 ? 1 : 0;
