// One worker: makes its series, and changes all of them whenever it is told to.
import process from 'node:process';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { forEachSeries } from '../src/scenarios/memory.mjs';
import { manyLabels } from '../src/scenarios/label-data.mjs';
import { WORKERS_LIBRARIES } from './libraries.mjs';

const { library, setting, series } = isMainThread ? JSON.parse(process.env.ORDER) : workerData;
const counter = await WORKERS_LIBRARIES[library].openWorker(setting);
const labels = manyLabels(series);

function change() {
  forEachSeries(labels, series, (set, i) => counter.inc(set, 1 + (i % 7)));
}

function tell() {
  if (isMainThread) process.send({ changed: true });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Threads have no origin.
  else parentPort.postMessage({ changed: true });
}

(isMainThread ? process : parentPort).on('message', (message) => {
  if (message.change !== true) return;
  change();
  tell();
});
tell();
