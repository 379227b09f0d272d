import { durations, ROTATING_SERIES, rotatingLabels, THREE_LABELS } from './label-data.mjs';

/**
 * @typedef {object} Prepared A scenario that is set up in a library.
 * @property {(times: number) => void} run The loop that is timed.
 * @property {string | readonly string[]} metrics Names of the metrics it records on.
 * @property {() => import('../libraries/library.mjs').Totals} expected What these must hold at the end.
 */

/**
 * @typedef {object} RecordingScenario
 * @property {string} id
 * @property {string} title
 * @property {(library: import('../libraries/library.mjs').Library) => Prepared | undefined} prepare
 *   `undefined` when the library has nothing of the kind.
 */

const HOT = { method: 'GET', route: '/api/v1/resource-7/:id', status: '200' };
const SUMMARY_SERIES = 50;

/**
 * Time for one record. Each loop is code of its own, so that its type feedback is that of one call site in a program.
 *
 * @type {readonly RecordingScenario[]}
 */
export const RECORDING = [
  {
    id: 'counter-none',
    title: 'counter inc, no labels',
    prepare(library) {
      const counter = library.counter('plain_total', []);
      const tally = new Tally('plain_total', 1);
      return tally.of((times) => {
        for (let i = 0; i < times; i++) counter.inc();
      });
    },
  },
  {
    id: 'counter-bound',
    title: 'counter inc, bound handle, 3 labels',
    prepare(library) {
      if (library.bindCounter === undefined) return undefined;
      const bound = library.bindCounter(library.counter('bound_total', THREE_LABELS), HOT);
      const tally = new Tally('bound_total', 1);
      return tally.of((times) => {
        for (let i = 0; i < times; i++) bound.inc();
      });
    },
  },
  {
    id: 'counter-1-series',
    title: 'counter inc, 3 labels, 1 series',
    prepare(library) {
      const counter = library.counter('hot_total', THREE_LABELS);
      // From arrays: V8 would fold the joined key of constants into another constant, which no program's labels are.
      const [methods, routes, statuses] = THREE_LABELS.map((name) => Array.from({ length: 4 }, () => HOT[name]));
      const tally = new Tally('hot_total', 1);
      return tally.of((times) => {
        for (let i = 0; i < times; i++) {
          counter.inc({ method: methods[i & 3], route: routes[i & 3], status: statuses[i & 3] });
        }
      });
    },
  },
  {
    id: 'counter-4-objects',
    title: 'counter inc, 3 labels, 4 reused objects',
    prepare(library) {
      const counter = library.counter('reused_total', THREE_LABELS);
      const objects = ['200', '201', '404', '500'].map((status) => ({ method: 'GET', route: '/users/:id', status }));
      const tally = new Tally('reused_total', 4);
      return tally.of((times) => {
        for (let i = 0; i < times; i++) counter.inc(objects[i & 3]);
      });
    },
  },
  {
    id: 'counter-1000-series',
    title: 'counter inc, 3 labels, 1,000 series',
    prepare(library) {
      const counter = library.counter('rotating_total', THREE_LABELS);
      const { methods, routes, statuses } = rotatingLabels();
      const tally = new Tally('rotating_total', ROTATING_SERIES);
      return tally.of((times) => {
        for (let i = 0, k = 0; i < times; i++) {
          counter.inc({ method: methods[k], route: routes[k], status: statuses[k] });
          if (++k === ROTATING_SERIES) k = 0;
        }
      });
    },
  },
  {
    id: 'counter-fresh',
    title: 'counter inc, one label string built per call',
    prepare(library) {
      const counter = library.counter('fresh_total', THREE_LABELS);
      const { methods } = rotatingLabels();
      const tally = new Tally('fresh_total', ROTATING_SERIES);
      return tally.of((times) => {
        for (let i = 0, k = 0; i < times; i++) {
          counter.inc({ method: methods[k], route: `/users/${k}/orders`, status: '200' });
          if (++k === ROTATING_SERIES) k = 0;
        }
      });
    },
  },
  {
    id: 'by-name',
    title: 'increment(name, labels), 20 names',
    prepare(library) {
      const names = Array.from({ length: 20 }, (_, at) => `named_${at}_total`);
      for (const name of names) library.counter(name, THREE_LABELS);
      const { methods, routes, statuses } = rotatingLabels();
      const tally = new Tally(names, ROTATING_SERIES);
      return tally.of((times) => {
        for (let i = 0, k = 0; i < times; i++) {
          library.increment(names[k % 20], { method: methods[k], route: routes[k], status: statuses[k] });
          if (++k === ROTATING_SERIES) k = 0;
        }
      });
    },
  },
  {
    id: 'gauge-none',
    title: 'gauge set, no labels',
    prepare(library) {
      const gauge = library.gauge('plain_level', []);
      let last = 0;
      return {
        metrics: 'plain_level',
        expected: () => ({ series: 1, total: last }),
        run(times) {
          for (let i = 0; i < times; i++) gauge.set(i);
          last = times - 1;
        },
      };
    },
  },
  {
    id: 'gauge-1000-series',
    title: 'gauge set, 3 labels, 1,000 series',
    prepare(library) {
      const gauge = library.gauge('rotating_level', THREE_LABELS);
      const { methods, routes, statuses } = rotatingLabels();
      return {
        metrics: 'rotating_level',
        // Every series was set to its place in the rotation.
        expected: () => ({ series: ROTATING_SERIES, total: (ROTATING_SERIES * (ROTATING_SERIES - 1)) / 2 }),
        run(times) {
          for (let i = 0, k = 0; i < times; i++) {
            gauge.set({ method: methods[k], route: routes[k], status: statuses[k] }, k);
            if (++k === ROTATING_SERIES) k = 0;
          }
        },
      };
    },
  },
  {
    id: 'histogram-none',
    title: 'histogram observe, 12 buckets, no labels',
    prepare(library) {
      const histogram = library.histogram('plain_seconds', []);
      const values = durations();
      const tally = new Tally('plain_seconds', 1);
      return tally.of((times) => {
        for (let i = 0; i < times; i++) histogram.observe(values[i & 0xffff]);
      });
    },
  },
  {
    id: 'histogram-1000-series',
    title: 'histogram observe, 3 labels, 1,000 series',
    prepare(library) {
      const histogram = library.histogram('rotating_seconds', THREE_LABELS);
      const { methods, routes, statuses } = rotatingLabels();
      const values = durations();
      const tally = new Tally('rotating_seconds', ROTATING_SERIES);
      return tally.of((times) => {
        for (let i = 0, k = 0; i < times; i++) {
          histogram.observe({ method: methods[k], route: routes[k], status: statuses[k] }, values[i & 0xffff]);
          if (++k === ROTATING_SERIES) k = 0;
        }
      });
    },
  },
  {
    id: 'histogram-bound',
    title: 'histogram observe, bound handle, 3 labels',
    prepare(library) {
      if (library.bindObserver === undefined) return undefined;
      const bound = library.bindObserver(library.histogram('bound_seconds', THREE_LABELS), HOT);
      const values = durations();
      const tally = new Tally('bound_seconds', 1);
      return tally.of((times) => {
        for (let i = 0; i < times; i++) bound.observe(values[i & 0xffff]);
      });
    },
  },
  {
    id: 'summary-none',
    title: 'summary observe, no labels',
    prepare(library) {
      const summary = library.summary('plain_latency', []);
      const values = durations();
      const tally = new Tally('plain_latency', 1);
      return tally.of((times) => {
        for (let i = 0; i < times; i++) summary.observe(values[i & 0xffff]);
      });
    },
  },
  {
    id: 'summary-50-series',
    title: 'summary observe, 3 labels, 50 series',
    prepare(library) {
      const summary = library.summary('rotating_latency', THREE_LABELS);
      const { methods, routes, statuses } = rotatingLabels();
      const values = durations();
      const tally = new Tally('rotating_latency', SUMMARY_SERIES);
      return tally.of((times) => {
        for (let i = 0, k = 0; i < times; i++) {
          summary.observe({ method: methods[k], route: routes[k], status: statuses[k] }, values[i & 0xffff]);
          if (++k === SUMMARY_SERIES) k = 0;
        }
      });
    },
  },
  {
    id: 'timer',
    title: 'timer start and stop, 3 labels',
    prepare(library) {
      const histogram = library.histogram('timed_seconds', THREE_LABELS);
      const { methods, routes, statuses } = rotatingLabels();
      const tally = new Tally('timed_seconds', ROTATING_SERIES);
      return tally.of((times) => {
        for (let i = 0, k = 0; i < times; i++) {
          library.time(histogram, { method: methods[k], route: routes[k], status: statuses[k] });
          if (++k === ROTATING_SERIES) k = 0;
        }
      });
    },
  },
];

/** Remembers how much a scenario has recorded. */
class Tally {
  #metrics;
  #series;
  #recorded = 0;

  constructor(metrics, series) {
    this.#metrics = metrics;
    this.#series = series;
  }

  /** @returns {Prepared} */
  of(loop) {
    return {
      metrics: this.#metrics,
      expected: () => ({ series: this.#series, total: this.#recorded }),
      run: (times) => {
        loop(times);
        this.#recorded += times;
      },
    };
  }
}
