import { durations } from '../scenarios/label-data.mjs';

const CALLS = 2000;
const ROUNDS = 10;

/**
 * Uses metrics of many shapes, as a program with some dozen of them does. V8 specialises a library's code to the shapes
 * it has seen: with one metric in the process it inlines everything, and a label-less counter of prom-client takes 1 ns
 * instead of 15.
 *
 * @param {import('../libraries/library.mjs').Library} library
 */
export function mixFeedback(library) {
  const values = durations();
  const uses = [
    ...labelShapes().map(({ names, labels }, at) => counterUse(library, `mix_${at}_total`, names, labels)),
    ...labelShapes().map(({ names, labels }, at) => gaugeUse(library, `mix_${at}_level`, names, labels)),
    ...labelShapes().map(({ names, labels }, at) => {
      const buckets = values.slice(0, 4 + 6 * at).toSorted((a, b) => a - b);
      return observerUse(library.histogram(`mix_${at}_seconds`, names, buckets), labels, values);
    }),
    ...labelShapes().map(({ names, labels }, at) =>
      observerUse(library.summary(`mix_${at}_latency`, names), labels, values),
    ),
    ...boundUses(library, values),
  ];
  for (let round = 0; round < ROUNDS; round++) {
    for (const use of uses) {
      for (let i = 0; i < CALLS; i++) use(i);
    }
  }
}

/** Label sets of different sizes, names and orders; some values are not internalised when they arrive. */
function labelShapes() {
  const shapes = [
    [],
    ['queue'],
    ['status', 'method'],
    ['route', 'method', 'status'],
    ['region', 'zone', 'pod', 'kind'],
    ['a', 'b', 'c', 'd', 'e', 'f'],
  ];
  return shapes.map((names) => ({
    names,
    labels: Array.from({ length: 20 }, (_, at) =>
      Object.fromEntries(names.map((name, label) => [name, `${name}-${(at * (label + 1)) % 7}`])),
    ),
  }));
}

function counterUse(library, name, names, labels) {
  const counter = library.counter(name, names);
  if (names.length === 0) return () => counter.inc();
  return (i) => counter.inc(labels[i % labels.length]);
}

function gaugeUse(library, name, names, labels) {
  const gauge = library.gauge(name, names);
  if (names.length === 0) return (i) => gauge.set(i / 3);
  return (i) => gauge.set(labels[i % labels.length], i);
}

function observerUse(observer, labels, values) {
  if (Object.keys(labels[0]).length === 0) return (i) => observer.observe(values[i & 0xffff]);
  return (i) => observer.observe(labels[i % labels.length], values[i & 0xffff]);
}

function boundUses(library, values) {
  if (library.bindCounter === undefined) return [];
  const counter = library.counter('mix_bound_total', ['queue', 'kind']);
  const histogram = library.histogram('mix_bound_seconds', ['queue']);
  const handles = ['a', 'b', 'c'].map((queue) => library.bindCounter(counter, { queue, kind: 'x' }));
  const observers = ['a', 'b', 'c'].map((queue) => library.bindObserver(histogram, { queue }));
  return [(i) => handles[i % 3].inc(), (i) => observers[i % 3].observe(values[i & 0xffff])];
}
