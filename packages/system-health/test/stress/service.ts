/** A service that can be brought into trouble: `/do/<what>?<how much>`. Everything else is answered by its health router. */
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { MetricsCollector } from '@bduf/metrics-core';
import {
  createHealthRouter,
  diskSpaceCheck,
  eventLoopCheck,
  memoryCheck,
  SystemHealthMonitor,
} from '@bduf/metrics-system-health';

const INTERVAL_MS = 250;
/** Far from the limit at which the kernel would end the process. */
const UNHEALTHY_PERCENT = 75;

const [folder = '/'] = process.argv.slice(2);
const ballast = path.join(folder, 'ballast');
let memory: Buffer | undefined;
let checkRuns = 0;

const troubles: Readonly<Record<string, (amount: number) => void>> = {
  block(milliseconds) {
    const endMs = performance.now() + milliseconds;
    while (performance.now() < endMs);
  },
  fill: (mebibytes) => writeFileSync(ballast, Buffer.alloc(mebibytes * 2 ** 20, 1)),
  free: () => rmSync(ballast),
  grow(mebibytes) {
    memory = Buffer.alloc(mebibytes * 2 ** 20, 1);
  },
  shrink() {
    memory = undefined;
    globalThis.gc?.();
  },
};

const monitor = new SystemHealthMonitor(new MetricsCollector(), INTERVAL_MS, { system: false });
// The window of a run may begin before the trouble does, by an interval.
monitor.registerHealthCheck('loop', eventLoopCheck({ unhealthyPercent: 80, degradedPercent: 75 }));
monitor.registerHealthCheck(
  'disk',
  diskSpaceCheck(folder, { unhealthyPercent: UNHEALTHY_PERCENT, degradedPercent: 70 }),
);
monitor.registerHealthCheck('memory', memoryCheck({ unhealthyPercent: UNHEALTHY_PERCENT, degradedPercent: 70 }));
monitor.registerHealthCheck('counted', {
  name: 'Counted',
  description: 'Counts its runs.',
  timeout: 5000,
  check: () => {
    checkRuns += 1;
    return Promise.resolve({ status: 'healthy' });
  },
});
monitor.startMonitoring();
const router = createHealthRouter(monitor);

const server = createServer((req, res) => {
  const { pathname, search } = new URL(req.url ?? '/', 'http://localhost');
  if (pathname === '/runs') return void res.end(JSON.stringify([checkRuns, memory?.length ?? 0]));
  const trouble = troubles[pathname.replace('/do/', '')];
  if (trouble === undefined) return router(req, res);
  // Answered first: who asked for a blocked loop must not wait for it.
  res.end('ok', () => setImmediate(() => trouble(Number(search.slice(1)))));
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
// Its parent has gone.
process.stdin.on('end', () => process.exit()).resume();
