// A program: a dashboard whose clients are in other processes, to measure what a tick costs. Tells its port; each message, a
// number of ticks, is answered with the CPU milliseconds of one of them.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MetricsCollector } from '@bduf/metrics-core';
import { ManualClock } from '@bduf/metrics-core/primitives';
import { metricsDashboard } from '../../src/index.ts';

const INTERVAL_MS = 1000;
const series = Number(process.argv[2]);
const clock = new ManualClock(Date.now());
const collector = new MetricsCollector({ clock });
const work = collector.counter({ name: 'work_total', description: 'Work.', labels: ['part'] });
for (let part = 0; part < series; part += 1) work.inc({ part: `part-${part}` });
const server = createServer(metricsDashboard({ collector, clock, intervalMs: INTERVAL_MS }));
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));

/** A third of the series changes, and time goes on by one interval. */
async function tick(): Promise<void> {
  for (let part = 0; part < series; part += 3) work.inc({ part: `part-${part}` });
  clock.advance(INTERVAL_MS);
  // The read-out is asynchronous: the next tick is armed when this one is sent.
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function costOf(ticks: number): Promise<number> {
  const start = process.cpuUsage();
  for (let n = 0; n < ticks; n += 1) await tick();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / ticks;
}

process.on('message', (ticks: number) => void costOf(ticks).then((cost) => process.send?.(cost)));
process.on('disconnect', () => process.exit());
