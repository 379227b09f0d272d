// What system metrics cost: CPU of one full sample (every metric of the collection read once), and CPU of a process that does
// nothing but monitor itself. Build first, then `node tooling/bench/system-health/sample-cost.mjs [samples] [seconds]`.
//
// Measured is CPU time of the process, all threads included, so that the thread pool's part of `statfs` counts.
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const samples = Number(process.argv[2] ?? 500);
const seconds = Number(process.argv[3] ?? 20);

const require = createRequire(path.resolve(import.meta.dirname, '../../../packages/system-health/package.json'));
const { MetricsCollector } = require('@bduf/metrics-core');
const { systemClock } = require('@bduf/metrics-core/primitives');
const { SystemHealthMonitor, SystemMetricsCollection } = require('@bduf/metrics-system-health');

function cpuMs(since) {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
}

/** Readings are shared for 100 ms, so that each sample waits that long to be a full one; caches are cold by then. */
async function costOfSamples(metrics) {
  const costs = [];
  for (let sample = 0; sample < samples; sample++) {
    await sleep(105);
    const before = process.cpuUsage();
    await metrics.gather();
    costs.push(cpuMs(before));
  }
  return costs.toSorted((a, b) => a - b);
}

/** CPU of samples that follow each other at once, by a clock that says they do not: what the code itself costs when it is warm. */
async function costOfWarmSamples() {
  let nowMs = 0;
  const clock = { ...systemClock, monotonicMs: () => nowMs };
  const warm = new MetricsCollector({ clock });
  const collection = new SystemMetricsCollection(warm, { clock, areas: { eventLoop: false } });
  const sampleAll = async (count) => {
    for (let sample = 0; sample < count; sample++) {
      nowMs += 1_000;
      await warm.gather();
    }
  };
  await sampleAll(300);
  const before = process.cpuUsage();
  await sampleAll(1_000);
  collection.stop();
  return cpuMs(before) / 1_000;
}

/** CPU of a process that sleeps, in percent of one CPU. */
async function idlePercent() {
  const before = process.cpuUsage();
  await sleep(seconds * 1_000);
  return (cpuMs(before) / (seconds * 1_000)) * 100;
}

const metrics = new MetricsCollector();
await sleep(500);
const bare = await idlePercent();
const monitor = new SystemHealthMonitor(metrics);
monitor.startMonitoring();
// Its start is not what it costs later.
await sleep(2_000);
const monitored = await idlePercent();
monitor.stopMonitoring();

const collection = new SystemMetricsCollection(metrics);
const empty = await costOfSamples(new MetricsCollector());
const full = await costOfSamples(metrics);
collection.stop();

const warmMs = await costOfWarmSamples();

const at = (costs, share) => costs[Math.floor((costs.length - 1) * share)].toFixed(3);
console.log(`idle process: ${bare.toFixed(3)} % CPU, monitoring at default settings: ${monitored.toFixed(3)} % CPU`);
console.log(`read-out without system metrics, ms CPU: median ${at(empty, 0.5)}, p90 ${at(empty, 0.9)}`);
console.log(`full sample, warm, ms CPU: mean ${warmMs.toFixed(3)}`);
console.log(`full sample, cold, ms CPU: median ${at(full, 0.5)}, p90 ${at(full, 0.9)}`);
