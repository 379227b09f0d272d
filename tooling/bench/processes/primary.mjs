// The process that shows the metrics of its workers, measured with one library. Prints a sample for each read-out, as JSON.
import { Buffer } from 'node:buffer';
import cluster from 'node:cluster';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { WORKERS_LIBRARIES } from './libraries.mjs';

const WARM_UP = 5;
const READINGS = 10;

const order = JSON.parse(process.argv[2]);
const { library, setting, series, workers } = order;
const file = fileURLToPath(new URL('worker.mjs', import.meta.url));

const read = await WORKERS_LIBRARIES[library].openPrimary(setting);
const members = Array.from({ length: workers }, setting === 'cluster' ? forkWorker : startThread);
await Promise.all(members.map(changed));

const samples = [];
let document = [];
for (let reading = 0; reading < WARM_UP + READINGS; reading++) {
  await Promise.all(members.map((member) => tellToChange(member)));
  const start = process.cpuUsage();
  document = await read();
  const { user, system } = process.cpuUsage(start);
  if (reading >= WARM_UP) samples.push((user + system) / 1000);
}
check(Buffer.concat(document).toString());
process.stdout.write(JSON.stringify(samples), () => process.exit(0));

function forkWorker() {
  cluster.setupPrimary({ exec: file });
  return cluster.fork({ ORDER: JSON.stringify(order) });
}

function startThread() {
  return new Worker(file, { workerData: order });
}

/** Resolves when a worker says that it has changed its series. */
function changed(member) {
  return new Promise((resolve) => {
    const look = (message) => {
      if (message.changed !== true) return;
      member.off('message', look);
      resolve();
    };
    member.on('message', look);
  });
}

async function tellToChange(member) {
  const done = changed(member);
  if (setting === 'cluster') member.send({ change: true });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Threads have no origin.
  else member.postMessage({ change: true });
  await done;
}

/** A read-out that lacks a worker would be cheap for the wrong reason. */
function check(text) {
  const values = [...text.matchAll(/^requests_total\{[^\n]*\} (\d+)$/gm)].map(([, value]) => Number(value));
  const total = values.reduce((sum, value) => sum + value, 0);
  const perChange = Array.from({ length: series }, (_, i) => 1 + (i % 7)).reduce((sum, amount) => sum + amount, 0);
  const expected = perChange * workers * (WARM_UP + READINGS);
  if (values.length === series && total === expected) return;
  throw new Error(`${library}: ${values.length} series with ${total} instead of ${series} with ${expected}.`);
}
