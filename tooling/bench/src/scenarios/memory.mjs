import { setImmediate } from 'node:timers/promises';
import { cpuMicroseconds } from '../harness/time-samples.mjs';
import { durations, FOUR_LABELS, manyLabels, THREE_LABELS } from './label-data.mjs';

/**
 * @typedef {object} Job A scenario that needs a process for itself.
 * @property {string} id
 * @property {readonly Row[]} rows What it measures.
 * @property {boolean} [scrapes]
 * @property {(open: () => Promise<import('../libraries/library.mjs').Library>) => Promise<Record<string, number[]>>} run
 *   Samples of each row.
 */

/**
 * @typedef {object} Row
 * @property {string} id
 * @property {string} title
 * @property {'ns' | 'ms' | 'bytes'} unit
 */

const COUNTER_SERIES = 100_000;
const HISTOGRAM_SERIES = 10_000;
const MILLION = 1_000_000;
/** Records between two readings of the clocks, which take about as long as three records. */
const BATCH = 50;
/** Made before memory is looked at, and kept. */
const OBSERVED = durations();

/** @type {readonly Job[]} */
export const MEMORY = [
  {
    id: 'counter-memory',
    scrapes: true,
    rows: [
      { id: 'bytes-counter', title: 'bytes per counter series, 100k × 4 labels', unit: 'bytes' },
      { id: 'bytes-counter-scraped', title: '… after two scrapes', unit: 'bytes' },
      { id: 'first-touch', title: 'first touch of a series, 100k', unit: 'ns' },
    ],
    async run(open) {
      const { library, labels, before } = await prepare(open, COUNTER_SERIES);
      const counter = library.counter('many_total', FOUR_LABELS);
      const firstTouch = cpuMicroseconds(() => forEachSeries(labels, COUNTER_SERIES, (set) => counter.inc(set)));
      const bytes = (await usedBytes()) - before;
      for (let scrape = 0; scrape < 2; scrape++) {
        forEachSeries(labels, COUNTER_SERIES, (set) => counter.inc(set));
        await library.scrape();
      }
      const scrapedBytes = (await usedBytes()) - before;
      await checkSeries(library, 'many_total', { series: COUNTER_SERIES, total: 3 * COUNTER_SERIES });
      return {
        'bytes-counter': [bytes / COUNTER_SERIES],
        'bytes-counter-scraped': [scrapedBytes / COUNTER_SERIES],
        'first-touch': [(firstTouch * 1000) / COUNTER_SERIES],
      };
    },
  },
  {
    id: 'histogram-memory',
    rows: [{ id: 'bytes-histogram', title: 'bytes per histogram series, 10k × 12 buckets', unit: 'bytes' }],
    async run(open) {
      const { library, labels, before } = await prepare(open, HISTOGRAM_SERIES);
      const histogram = library.histogram('many_seconds', THREE_LABELS);
      for (let i = 0; i < HISTOGRAM_SERIES; i++) {
        const { methods, routes } = labels;
        const set = {
          method: methods[i % 10],
          route: routes[Math.floor(i / 10) % 10],
          status: labels.hundred[Math.floor(i / 100)],
        };
        histogram.observe(set, OBSERVED[i & 0xffff]);
      }
      const bytes = (await usedBytes()) - before;
      await checkSeries(library, 'many_seconds', { series: HISTOGRAM_SERIES, total: HISTOGRAM_SERIES });
      return { 'bytes-histogram': [bytes / HISTOGRAM_SERIES] };
    },
  },
  {
    id: 'million',
    rows: [
      { id: 'bytes-counter-1m', title: 'bytes per counter series, 1M × 4 labels', unit: 'bytes' },
      { id: 'first-touch-1m', title: 'first touch of a series, 1M', unit: 'ns' },
      { id: 'second-pass-1m', title: 'counter inc, 4 labels, 1M series', unit: 'ns' },
      { id: 'fill-stall-1m', title: 'longest stall while 1M series are filled', unit: 'ms' },
    ],
    async run(open) {
      const { library, labels, before } = await prepare(open, MILLION);
      const counter = library.counter('million_total', FOUR_LABELS);
      const stall = new StallMeter();
      const firstTouch = cpuMicroseconds(() => {
        let left = BATCH;
        forEachSeries(labels, MILLION, (set) => {
          counter.inc(set);
          if (--left > 0) return;
          left = BATCH;
          stall.tick();
        });
      });
      const bytes = (await usedBytes()) - before;
      const secondPass = cpuMicroseconds(() => forEachSeries(labels, MILLION, (set) => counter.inc(set)));
      await checkSeries(library, 'million_total', { series: MILLION, total: 2 * MILLION });
      return {
        'bytes-counter-1m': [bytes / MILLION],
        'first-touch-1m': [(firstTouch * 1000) / MILLION],
        'second-pass-1m': [(secondPass * 1000) / MILLION],
        'fill-stall-1m': [stall.longestMs],
      };
    },
  },
];

/** Opens the library and makes all label values, so that what is left is the cost of the series. */
async function prepare(open, series) {
  const library = await open();
  const labels = { ...manyLabels(series), hundred: Array.from({ length: 100 }, (_, at) => `code-${at}`) };
  return { library, labels, before: await usedBytes() };
}

/** Calls with a new label object for each series. */
export function forEachSeries({ methods, routes, statuses, pods }, series, use) {
  for (let i = 0; i < series; i++) {
    use(
      {
        method: methods[i % 10],
        route: routes[Math.floor(i / 10) % 10],
        status: statuses[Math.floor(i / 100) % 10],
        pod: pods[Math.floor(i / 1000)],
      },
      i,
    );
  }
}

/** Bytes in use, on the heap and in array buffers, after a full collection. Needs `--expose-gc`. */
async function usedBytes() {
  for (let round = 0; round < 3; round++) {
    globalThis.gc();
    // Array buffers are freed by another thread after the collection.
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function checkSeries(library, name, expected) {
  const { series, total } = await library.totals(name);
  if (series === expected.series && total === expected.total) return;
  throw new Error(`${name} holds ${total} in ${series} series instead of ${expected.total} in ${expected.series}.`);
}

/**
 * The longest time between two ticks that the process itself used up: the smaller of wall time and processor time, so
 * that neither a pause in which another program ran nor work of helper threads counts.
 */
export class StallMeter {
  longestMs = 0;
  #wallMs = performance.now();
  #cpuMs = cpuNowMs();

  tick() {
    const wallMs = performance.now();
    const cpuMs = cpuNowMs();
    this.longestMs = Math.max(this.longestMs, Math.min(wallMs - this.#wallMs, cpuMs - this.#cpuMs));
    this.#wallMs = wallMs;
    this.#cpuMs = cpuMs;
  }
}

function cpuNowMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
