import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import { familyOf } from '../../family/family-of.ts';
import type { NativeSpec, SeriesSpec } from '../../family/family-spec.ts';
import type { HistoryReadOut } from './history-read-out.ts';

/** Distance of read-outs in milliseconds. */
export const TICK_MS = 10_000;
const UPPER_BOUNDS = [0.5, 1, 2];
const QUEUES = ['mail', 'print', ''];

/** Numbers that a seed repeats: a linear congruential generator modulo 2^32 (Knuth). Gives integers from 0 to less than `below`. */
export type RandomNumber = (below: number) => number;

/** Makes one. */
export function randomNumbers(seed: number): RandomNumber {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    // The low bits have short periods.
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** One series as it goes on. */
interface Course {
  readonly labels: Readonly<Record<string, string>>;
  isThere: boolean;
  createdMs: number;
  counter: number;
  buckets: number[];
  sum: number;
  positive: Map<number, number>;
}

/**
 * Read-outs of a gauge, a counter, histograms of both kinds and a summary, with jitter. Series come, go, come back and begin again; rows
 * and ids are renumbered; ticks fall out. Numbers are multiples of 1/8, so that sums do not depend on their order.
 */
export function randomReadOuts(random: RandomNumber, count: number, startMs: number): readonly HistoryReadOut[] {
  const courses = [0, 1, 2, 3, 4].map((at) => newCourse({ queue: QUEUES[at % 3] ?? '', host: `h${at}` }, startMs));
  let identities = [0, 1, 2, 3, 4].map(() => ({}));
  let epoch = 0;
  let [isReversed, hides] = [false, false];
  let shownBefore = '';
  const readOuts: HistoryReadOut[] = [];
  for (let tick = 0; tick < count; tick++) {
    const atMs = startMs + tick * TICK_MS + random(50);
    for (const course of courses) goOn(course, random, atMs);
    if (random(10) === 0) [isReversed, hides] = [random(2) === 0, random(2) === 0];
    if (random(30) === 0) identities = identities.map(() => ({}));
    const shown = (isReversed ? courses.toReversed() : courses).filter(({ isThere }) => hides || isThere);
    // Rows of the same epoch name the same series.
    const names = shown.map(({ labels }) => labels['host']).join(' ');
    if (names !== shownBefore || random(20) === 0) epoch++;
    shownBefore = names;
    if (random(15) > 0) readOuts.push({ atMs, families: familiesOf(shown, { identities, epoch }) });
  }
  return readOuts;
}

function newCourse(labels: Readonly<Record<string, string>>, createdMs: number): Course {
  return { labels, isThere: true, createdMs, counter: 0, buckets: [0, 0, 0, 0], sum: 0, positive: new Map() };
}

function goOn(course: Course, random: RandomNumber, atMs: number): void {
  const [isReset, isMoved] = [random(25) === 0, random(12) === 0];
  if (isMoved && course.isThere) course.isThere = false;
  // What comes back counts from 0.
  else if (isReset || isMoved) Object.assign(course, newCourse(course.labels, atMs));
  const steps = random(6);
  course.counter += steps / 8;
  for (let step = 0; step < steps; step++) {
    const bucket = random(4);
    course.buckets[bucket] = (course.buckets[bucket] ?? 0) + 1;
    const index = random(12) - 4;
    course.positive.set(index, (course.positive.get(index) ?? 0) + 1);
    course.sum += random(32) / 8;
  }
}

function familiesOf(
  courses: readonly Course[],
  { identities, epoch }: { readonly identities: readonly object[]; readonly epoch: number },
): readonly MetricFamily[] {
  const series = (more: (course: Course) => SeriesSpec): readonly SeriesSpec[] =>
    courses.map((course) => {
      const { labels, createdMs, isThere } = course;
      return { labels, createdMs, hidden: !isThere, ...more(course) };
    });
  const common = { labelNames: ['queue', 'host'], constantLabels: { zone: 'z' }, rowsPerBlock: 3, epoch };
  const histogram = { ...common, type: 'histogram' } as const;
  return [
    familyOf({ ...common, ...own(identities, 0), name: 'depth', type: 'gauge', series: series(gaugeOf) }),
    familyOf({ ...common, ...own(identities, 1), name: 'jobs_total', type: 'counter', series: series(counterOf) }),
    familyOf({
      ...histogram,
      ...own(identities, 2),
      name: 'classic_seconds',
      upperBounds: UPPER_BOUNDS,
      series: series(({ buckets, sum }) => ({ buckets: [...buckets], sum })),
    }),
    familyOf({ ...histogram, ...own(identities, 3), name: 'native_seconds', series: series(nativeOf) }),
    familyOf({
      ...common,
      ...own(identities, 4),
      name: 'size_bytes',
      type: 'summary',
      quantiles: [0.5],
      series: series(({ buckets, sum }) => ({ quantiles: [sum / 2], sum, count: total(buckets) })),
    }),
  ];
}

function own(identities: readonly object[], at: number): { readonly identity: object } {
  return { identity: identities[at] ?? {} };
}

function gaugeOf({ counter, sum }: Course): SeriesSpec {
  // Some values that careless encodings lose.
  const odd = [NaN, Infinity, -0, 2 ** 53];
  return { value: sum % 3 === 0 ? (odd[Math.round(counter * 8) % 4] ?? 0) : sum - 4 * counter };
}

function counterOf({ counter }: Course): SeriesSpec {
  return { value: counter };
}

function nativeOf({ positive, buckets, sum }: Course): SeriesSpec {
  const native: NativeSpec = {
    schema: 1,
    zeroThreshold: 2 ** -20,
    positive: [...positive].toSorted(([a], [b]) => a - b),
  };
  return { native, buckets: [total(buckets)], sum };
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
