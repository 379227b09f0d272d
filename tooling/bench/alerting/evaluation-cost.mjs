// What an evaluation of many rules costs: processor time for 1 000 rules over 10 series each, beside a plain loop that compares the
// same values; the longest time that others wait meanwhile; memory of an active alert. Build first, then
// `node --expose-gc tooling/bench/alerting/evaluation-cost.mjs [rules] [series] [evaluations]`.
//
// Times are processor time of the process, garbage collection included, so that other programs disturb little.
import process from 'node:process';
import { AlertManager } from '@bduf/metrics-alerting';
import { MetricsCollector } from '@bduf/metrics-core';
import { ManualClock } from '@bduf/metrics-core/primitives';

const [rules, seriesPerRule, evaluations] = [1000, 10, 200].map((usual, at) => Number(process.argv[2 + at] ?? usual));

const INTERVAL_MS = 15_000;
const THRESHOLD = 100;

const cpuMs = (since) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
};
const at = (costs, share) => costs[Math.floor((costs.length - 1) * share)];
const line = (name, costs) =>
  console.log(
    `${name}: median ${at(costs, 0.5).toFixed(2)}, p95 ${at(costs, 0.95).toFixed(2)}, max ${at(costs, 1).toFixed(2)}`,
  );

/** A world with rules on metrics of their own; a share of the series breaches. */
function createWorld(kind, breaching) {
  const clock = new ManualClock();
  const collector = new MetricsCollector({ clock });
  const children = [];
  const definitions = Array.from({ length: rules }, (_, index) => {
    const definition = { name: `${kind}_${index}`, description: 'Bench.', labels: ['series'] };
    const metric = kind === 'counter' ? collector.counter(definition) : collector.gauge(definition);
    for (let series = 0; series < seriesPerRule; series++) children.push(metric.labels({ series: `s${series}` }));
    return {
      name: `rule_${index}`,
      description: 'Value {{ $value }}.',
      metric: definition.name,
      condition: 'gt',
      threshold: THRESHOLD,
      duration: 0,
      severity: 'warning',
      labels: { team: 'bench' },
      notifications: [],
    };
  });
  const manager = new AlertManager(
    collector,
    { send: () => Promise.resolve({ status: 'delivered' }) },
    {
      rules: definitions,
      clock: {
        now: () => clock.now(),
        monotonicMs: () => performance.now(),
        setTimer: (ms, fn) => clock.setTimer(ms, fn),
      },
      maxHistoryBytes: 2 ** 30,
      // What happened is bounded by itself, and no part of an alert.
      maxEvents: 1,
    },
  );
  let tick = 0;
  const change = () => {
    tick++;
    for (const [index, child] of children.entries()) {
      if (kind === 'counter') child.inc(index % 3);
      else child.set(((index + tick) % 90) + (index / children.length < breaching ? 200 : 0));
    }
    clock.advance(INTERVAL_MS);
  };
  return { collector, manager, change };
}

/** Evaluates again and again; the longest wait of others is that between two turns of the event loop. */
async function measure(kind, breaching) {
  const { collector, manager, change } = createWorld(kind, breaching);
  const costs = [];
  const plain = [];
  const waits = [];
  for (let count = 0; count < evaluations + 30; count++) {
    change();
    let isOver = false;
    let longest = 0;
    let lastTurn = performance.now();
    let lastCpu = process.cpuUsage();
    const turn = () => {
      const wall = performance.now() - lastTurn;
      longest = Math.max(longest, Math.min(wall, cpuMs(lastCpu)));
      lastTurn = performance.now();
      lastCpu = process.cpuUsage();
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    const before = process.cpuUsage();
    await manager.evaluateRules();
    const cost = cpuMs(before);
    isOver = true;
    await new Promise((resolve) => setImmediate(resolve));
    const beforePlain = process.cpuUsage();
    plainLoop(collector);
    const plainCost = cpuMs(beforePlain);
    // The first ones define and compile.
    if (count < 30) continue;
    costs.push(cost);
    waits.push(longest);
    plain.push(plainCost);
  }
  const expected = Math.round(breaching * rules * seriesPerRule);
  const active = manager.getActiveAlerts().length;
  if (kind === 'gauge' && active !== expected) throw new Error(`${active} alerts are active instead of ${expected}.`);
  for (const each of [costs, waits, plain]) each.sort((a, b) => a - b);
  console.log(`\n${rules} rules × ${seriesPerRule} series of a ${kind}, ${breaching * 100} % firing`);
  line('  evaluation, ms CPU', costs);
  line('  plain loop, ms CPU', plain);
  console.log(`  ratio of medians: ${(at(costs, 0.5) / at(plain, 0.5)).toFixed(2)}`);
  line('  longest wait of others, ms', waits);
  await manager.close(0);
}

/** The least that anybody must do: read the metrics, and compare each value. */
function plainLoop(collector) {
  let breaching = 0;
  for (const { blocks } of collector.gatherSync()) {
    for (const { values, rowCount } of blocks) {
      for (let row = 0; row < rowCount; row++) if (values[row] > THRESHOLD) breaching++;
    }
  }
  return breaching;
}

/** Memory of the alerts alone: that of a manager whose series all fire, less that of one whose series are all well. */
async function bytesPerAlert() {
  const heapOf = async (breaching) => {
    const world = createWorld('gauge', breaching);
    for (let count = 0; count < 3; count++) {
      world.change();
      await world.manager.evaluateRules();
    }
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    const active = world.manager.getActiveAlerts().length;
    await world.manager.close(0);
    return { bytes: heapUsed + external, active };
  };
  await heapOf(0);
  const none = await heapOf(0);
  const all = await heapOf(1);
  return (all.bytes - none.bytes) / all.active;
}

await measure('gauge', 0);
await measure('counter', 0);
await measure('gauge', 0.01);
if (globalThis.gc === undefined) console.log('\nMemory is measured with --expose-gc only.');
else console.log(`\nmemory of an active alert, bytes: ${(await bytesPerAlert()).toFixed(0)}`);
