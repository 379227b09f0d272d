import { setImmediate } from 'node:timers/promises';
import { createRandom, durations, FOUR_LABELS, manyLabels } from './label-data.mjs';
import { forEachSeries, StallMeter } from './memory.mjs';
import { BUCKETS } from '../libraries/library.mjs';

const FLOAT_GAUGES = 100_000;
const HISTOGRAMS = 5000;
const WARM_UP_SCRAPES = 5;
const SCRAPES = 5;

/** @type {readonly import('./memory.mjs').Job[]} */
export const EXPOSITION = [
  ...[1000, 10_000].map((series) => counterJob(`${series / 1000}k`, series)),
  {
    id: 'exposition-100k',
    scrapes: true,
    rows: [
      { id: 'exposition-100k', title: 'exposition of 100k counters, all changed', unit: 'ms' },
      { id: 'exposition-100k-1pct', title: 'exposition of 100k counters, 1 % changed', unit: 'ms' },
      { id: 'exposition-100k-first', title: 'exposition of 100k counters, the very first', unit: 'ms' },
      { id: 'scrape-stall-100k', title: 'longest stall of the event loop in a scrape of 100k counters', unit: 'ms' },
    ],
    async run(open) {
      // The code is warm, the metrics are not.
      const warm = await openCounters(open, 1000);
      for (let scrape = 0; scrape < WARM_UP_SCRAPES; scrape++) await warm.library.scrape();
      const counters = await openCounters(open, 100_000);
      const first = await scrapeMs(counters.library);
      const all = await scrapeSamples(counters.library, () => counters.change(1));
      const few = await scrapeSamples(counters.library, () => counters.change(100));
      const stalls = await stallSamples(counters);
      await checkText(counters.library, counters.expected());
      return {
        'exposition-100k': all,
        'exposition-100k-1pct': few,
        'exposition-100k-first': [first],
        'scrape-stall-100k': stalls,
      };
    },
  },
  {
    id: 'exposition-floats',
    scrapes: true,
    rows: [{ id: 'exposition-100k-floats', title: 'exposition of 100k float gauges, all changed', unit: 'ms' }],
    async run(open) {
      const library = await open();
      const gauge = library.gauge('temperature_celsius', FOUR_LABELS);
      const labels = manyLabels(FLOAT_GAUGES);
      const random = createRandom(3);
      let total = 0;
      const change = () => {
        total = 0;
        forEachSeries(labels, FLOAT_GAUGES, (set) => {
          const value = random() * 100;
          total += value;
          gauge.set(set, value);
        });
      };
      const samples = await scrapeSamples(library, change);
      await checkText(library, { lines: FLOAT_GAUGES, total });
      return { 'exposition-100k-floats': samples };
    },
  },
  {
    id: 'exposition-histograms',
    scrapes: true,
    rows: [
      { id: 'exposition-5k-histograms', title: 'exposition of 5k histograms × 12 buckets, all changed', unit: 'ms' },
    ],
    async run(open) {
      const library = await open();
      const histogram = library.histogram('wait_seconds', FOUR_LABELS);
      const labels = manyLabels(HISTOGRAMS);
      const values = durations();
      let rounds = 0;
      const change = () => {
        rounds++;
        forEachSeries(labels, HISTOGRAMS, (set, i) => histogram.observe(set, values[(i + rounds) & 0xffff]));
      };
      const samples = await scrapeSamples(library, change);
      await checkText(library, {
        // A line for each bucket and +Inf, the sum and the count.
        lines: HISTOGRAMS * (BUCKETS.length + 3),
        total: HISTOGRAMS * rounds,
        counted: (line) => line.startsWith('wait_seconds_count'),
      });
      return { 'exposition-5k-histograms': samples };
    },
  },
];

/** @returns {import('./memory.mjs').Job} */
function counterJob(name, series) {
  const id = `exposition-${name}`;
  return {
    id,
    scrapes: true,
    rows: [{ id, title: `exposition of ${name} counters × 4 labels, all changed`, unit: 'ms' }],
    async run(open) {
      const counters = await openCounters(open, series);
      const samples = await scrapeSamples(counters.library, () => counters.change(1));
      await checkText(counters.library, counters.expected());
      return { [id]: samples };
    },
  };
}

/** Counters of many widths; each change adds 1 to 7, so that digits and now and then widths change. */
async function openCounters(open, series) {
  const library = await open();
  const counter = library.counter('requests_total', FOUR_LABELS);
  const labels = manyLabels(series);
  const random = createRandom(4);
  let total = 0;
  const add = (set, amount) => {
    total += amount;
    counter.inc(set, amount);
  };
  forEachSeries(labels, series, (set) => add(set, Math.floor(10 ** (1 + 5 * random()))));
  return {
    library,
    expected: () => ({ lines: series, total }),
    /** Changes every `step`th series. */
    change: (step) =>
      forEachSeries(labels, series, (set, i) => {
        if (i % step === 0) add(set, 1 + (i % 7));
      }),
  };
}

async function scrapeSamples(library, change) {
  const samples = [];
  for (let scrape = 0; scrape < WARM_UP_SCRAPES + SCRAPES; scrape++) {
    change();
    const ms = await scrapeMs(library);
    if (scrape >= WARM_UP_SCRAPES) samples.push(ms);
  }
  return samples;
}

/** Processor time of one scrape. */
async function scrapeMs(library) {
  const start = process.cpuUsage();
  await library.scrape();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** Longest time for which a scrape kept the event loop from anything else. */
async function stallSamples({ library, change }) {
  const samples = [];
  for (let scrape = 0; scrape < SCRAPES; scrape++) {
    change(1);
    const scrapeState = { isDone: false };
    const stall = new StallMeter();
    const scraped = library.scrape().finally(() => {
      scrapeState.isDone = true;
    });
    do {
      await setImmediate();
      stall.tick();
    } while (!scrapeState.isDone);
    await scraped;
    samples.push(stall.longestMs);
  }
  return samples;
}

/** Reads a scrape back: a text with lines or counts missing would be fast for the wrong reason. */
async function checkText(library, { lines, total, counted = () => true }) {
  const text = Buffer.concat(await library.scrape()).toString();
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const sum = samples.filter(counted).reduce((all, line) => all + Number(line.slice(line.lastIndexOf(' '))), 0);
  if (samples.length === lines && Math.abs(sum - total) <= 1e-9 * total) return;
  throw new Error(
    `The exposition has ${samples.length} lines with a total of ${sum} instead of ${lines} with ${total}.`,
  );
}
