// A hundred million operations on one collector, with series that come and go, refused label sets and read-outs in
// between. Ends with exit code 1 unless all totals are right and memory did not grow after the first tenth.
// Usage: node --expose-gc soak/core-soak.mjs [operations]
import { MetricsCollector } from '@bduf/metrics-core';

const OPERATIONS = Number(process.argv[2] ?? 1e8);
const STEPS = 20;
/** Growth of memory that counts as a leak: far below what one byte per thousand operations would give. */
const LEAK_BYTES = 4 * 1024 * 1024;

const collector = new MetricsCollector({ onError: () => undefined });
const steady = collector.counter({
  name: 'steady_total',
  description: 'Series that stay.',
  labels: ['method', 'route'],
});
const churn = collector.counter({
  name: 'churn_total',
  description: 'Series that go.',
  labels: ['user'],
  maxSeries: 2000,
});
const refused = collector.counter({
  name: 'refused_total',
  description: 'Mostly refused.',
  labels: ['url'],
  maxSeries: 100,
});
const latency = collector.histogram({ name: 'latency_seconds', description: 'L.', labels: ['route'], native: true });
const size = collector.summary({ name: 'size_bytes', description: 'S.', labels: ['route'] });

const methods = ['GET', 'POST', 'PUT', 'DELETE'];
const routes = Array.from({ length: 250 }, (_, at) => `/route/${at}`);
const child = steady.labels({ method: 'GET', route: '/child' });
const done = { steady: 0, churn: 0, refused: 0, latency: 0, size: 0 };
let removed = 0;
let user = 0;

/** One mix of operations, a tenth of them each on another path. */
function run(operations) {
  for (let at = 0; at < operations; at += 10) {
    const route = routes[at % 250];
    steady.inc({ method: methods[at % 4], route });
    steady.inc({ method: 'GET', route });
    child.inc();
    child.inc();
    collector.increment('steady_total', { method: 'PUT', route });
    latency.observe({ route }, (at % 997) / 100);
    latency.observe({ route: '/one' }, 0.25);
    size.observe({ route: '/one' }, at % 5000);
    churn.inc({ user: `u${user++}` });
    refused.inc({ url: `/scan/${user}` });
  }
  done.steady += operations / 2;
  done.latency += operations / 5;
  done.size += operations / 10;
  done.churn += operations / 10;
  done.refused += operations / 10;
}

const total = (metric) => metric.values().reduce((sum, { value }) => sum + value, 0);

/** Series of users leave, as a TTL or an application would make them; what they counted is kept for the sum. */
function leave() {
  const overflow = churn.values().find(({ labels }) => labels.user === '__overflow__')?.value ?? 0;
  removed += total(churn) - overflow;
  for (const { labels } of churn.values()) if (labels.user !== '__overflow__') churn.remove(labels);
}

const memory = [];
const startedMs = performance.now();
for (let step = 0; step < STEPS; step++) {
  const slices = 50;
  for (let slice = 0; slice < slices; slice++) {
    run(OPERATIONS / STEPS / slices);
    collector.gatherSync();
    leave();
  }
  globalThis.gc?.();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  memory.push(heapUsed + external);
  const mib = (bytes) => (bytes / 1024 / 1024).toFixed(1);
  console.log(`${((step + 1) / STEPS) * 100} %: heap ${mib(heapUsed)} MiB, buffers ${mib(arrayBuffers)} MiB`);
}
const seconds = (performance.now() - startedMs) / 1000;

const failures = [];
const expect = (what, actual, expected) => {
  if (actual !== expected) failures.push(`${what}: ${actual} instead of ${expected}`);
};
expect('steady', total(steady), done.steady);
expect('churn', total(churn) + removed, done.churn);
expect('refused', total(refused), done.refused);
expect('latency', total(latency), done.latency);
expect('size', total(size), done.size);
const growth = memory.at(-1) - memory[Math.floor(STEPS / 10)];
if (growth > LEAK_BYTES) failures.push(`memory grew by ${growth} bytes`);
if (globalThis.gc === undefined) failures.push('run it with node --expose-gc');

console.log(`${OPERATIONS} operations in ${seconds.toFixed(1)} s, memory ${growth >= 0 ? '+' : ''}${growth} bytes`);
for (const failure of failures) console.error(failure);
process.exitCode = failures.length > 0 ? 1 : 0;
