import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MetricsCollector } from '@bduf/metrics-core';
import { ManualClock, type Query, query } from '@bduf/metrics-core/primitives';
import { MetricsHistory, type MetricsHistoryOptions } from '@bduf/metrics-aggregation';
import { familyOf, type SeriesSpec } from '@bduf/metrics-testkit';

const START = Date.UTC(2026, 0, 1);
const TICK_MS = 10_000;
/** Cells of the coarsest tier. */
const CELL_MS = 600_000;
const UPPER_BOUNDS = [1, 2];

/** What happens to a series from a tick on. */
interface Change {
  readonly ticks: number;
  readonly series: number;
  readonly act: 'come' | 'go' | 'step' | 'value';
  readonly amount: number;
}

const changes = fc.array(
  fc.record<Change>({
    ticks: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 90 })),
    series: fc.nat(2),
    act: fc.constantFrom('come', 'go', 'step', 'step', 'value', 'value'),
    amount: fc.integer({ min: 0, max: 64 }),
  }),
  { minLength: 5, maxLength: 40 },
);

interface Course {
  createdMs: number;
  /** How many series of these labels there were before. */
  readonly life: number;
  /** Added to the counter at each tick. */
  step: number;
  counter: number;
  value: number;
  buckets: number[];
}

/** Appends the same read-outs to all histories. */
function play(histories: readonly MetricsHistory[], script: readonly Change[], jitters: readonly number[]): number {
  const courses: (Course | undefined)[] = [undefined, undefined, undefined];
  let tick = 0;
  let lives = 0;
  for (const { ticks, series, act, amount } of script) {
    const course = courses[series];
    if (act === 'go') courses[series] = undefined;
    else if (act === 'come' || course === undefined) {
      courses[series] = {
        createdMs: START + tick * TICK_MS,
        life: lives++,
        step: amount / 8,
        counter: amount,
        value: amount,
        buckets: [0, 0, 0],
      };
    } else if (act === 'step') course.step = amount / 8;
    else course.value = amount % 13 === 0 ? ([NaN, Infinity, -0, 2 ** 40][amount % 4] ?? 0) : amount - 32;
    for (let end = tick + ticks; tick < end; tick++) {
      const atMs = START + tick * TICK_MS + (jitters[tick % jitters.length] ?? 0);
      for (const each of courses) if (each !== undefined) goOn(each, tick);
      for (const history of histories) history.append(familiesOf(courses), atMs);
    }
  }
  return tick;
}

function goOn(course: Course, tick: number): void {
  course.counter += course.step;
  course.buckets[tick % 3] = (course.buckets[tick % 3] ?? 0) + Math.round(course.step);
  if (Number.isFinite(course.value)) course.value += (tick % 7) - 3;
}

function familiesOf(courses: readonly (Course | undefined)[]) {
  const series = (more: (course: Course) => SeriesSpec): SeriesSpec[] =>
    courses.flatMap((course, at) =>
      course === undefined ? [] : [{ labels: { id: String(at) }, createdMs: course.createdMs, ...more(course) }],
    );
  const labelNames = ['id'];
  return [
    familyOf({ name: 'depth', type: 'gauge', labelNames, series: series(({ value }) => ({ value })) }),
    familyOf({
      name: 'jobs_total',
      type: 'counter',
      labelNames,
      series: series(({ counter }) => ({ value: counter })),
    }),
    familyOf({
      name: 'seconds',
      type: 'histogram',
      labelNames,
      upperBounds: UPPER_BOUNDS,
      series: series(({ buckets, counter }) => ({ buckets: [...buckets], sum: counter })),
    }),
    familyOf({
      name: 'native_seconds',
      type: 'histogram',
      labelNames,
      // Of a native histogram that is reset, cells forget what was counted between the cell before and the reset.
      series: series(({ buckets, counter, life }) => ({
        labels: { id: String(life) },
        native: { schema: 2, positive: buckets.map((count, at) => [at * 3, count] as const) },
        buckets: [buckets.reduce((sum, count) => sum + count, 0)],
        sum: counter,
      })),
    }),
  ];
}

/** What cells must tell exactly, of whole cells. */
const questions: readonly ((windowMs: number) => Query)[] = [
  (windowMs) => query('depth').countOverTime(windowMs),
  (windowMs) => query('depth').sumOverTime(windowMs),
  (windowMs) => query('depth').minOverTime(windowMs),
  (windowMs) => query('depth').maxOverTime(windowMs),
  (windowMs) => query('depth').lastOverTime(windowMs),
  (windowMs) => query('jobs_total').countOverTime(windowMs),
  (windowMs) => query('jobs_total').sumOverTime(windowMs),
  (windowMs) => query('jobs_total').lastOverTime(windowMs),
  (windowMs) => query('jobs_total').increase(windowMs),
  (windowMs) => query('seconds').increase(windowMs).buckets(),
  (windowMs) => query('seconds').increase(windowMs).total(),
  (windowMs) => query('native_seconds').increase(windowMs).count(),
  (windowMs) => query('native_seconds').increase(windowMs).total(),
];

function historyOf(options: MetricsHistoryOptions): MetricsHistory {
  const clock = new ManualClock(START + 30 * 24 * 3_600_000);
  return new MetricsHistory(new MetricsCollector({ clock }), { clock, selfMetrics: false, ...options });
}

/** Windows of whole cells: each cell, and from each to the end. */
function windowsOf(cells: number): readonly { readonly endMs: number; readonly windowMs: number }[] {
  return Array.from({ length: cells }, (_, first) =>
    [first + 1, cells].map((end) => ({ endMs: START + end * CELL_MS - 1, windowMs: (end - first) * CELL_MS })),
  ).flat();
}

/** Answers about whole cells, as plain data. */
function answers(history: MetricsHistory, cells: number): unknown {
  const asked = windowsOf(cells).flatMap(({ endMs, windowMs }) =>
    questions.map((question) => ({ question: question(windowMs), endMs })),
  );
  return history
    .readSync(
      asked.map(({ question, endMs }) => ({
        expression: question.expression,
        startMs: endMs,
        endMs,
        stepMs: 0,
      })),
    )
    .map(({ series }, at) => [
      `${String(asked[at]?.question)} at ${asked[at]?.endMs}`,
      series.map(({ labels, values }) => [{ ...labels }, Array.from(values, (value) => (value === 0 ? 0 : value))]),
    ]);
}

/** A series that comes back long after the last cell that it was in. */
const COME_BACK: Change[] = [
  { ticks: 6, series: 2, act: 'come', amount: 1 },
  { ticks: 136, series: 2, act: 'go', amount: 0 },
  { ticks: 5, series: 2, act: 'come', amount: 0 },
];

/** A series that is only there before the last tick of the first cell. */
const EARLY: Change[] = [
  { ticks: 1, series: 0, act: 'come', amount: 3 },
  { ticks: 60, series: 0, act: 'go', amount: 0 },
];

describe('any tier', () => {
  it('says what its samples say: count, sum, least, greatest, last and increase', () => {
    fc.assert(
      fc.property(changes, fc.array(fc.nat(900), { minLength: 1, maxLength: 5 }), (script, jitters) => {
        const raw = historyOf({ retentionMs: 24 * 3_600_000, tiers: [] });
        const tiered = historyOf({
          retentionMs: 200_000,
          tiers: [
            { stepMs: 60_000, retentionMs: 1_200_000 },
            { stepMs: CELL_MS, retentionMs: 24 * 3_600_000 },
          ],
        });
        const ticks = play([raw, tiered], script, jitters);
        const cells = Math.ceil((ticks * TICK_MS) / CELL_MS);
        expect(answers(tiered, cells)).toEqual(answers(raw, cells));
      }),
      { numRuns: 15, endOnFailure: true, examples: [COME_BACK, EARLY].map((script) => [script, [0]]) },
    );
  });

  it('is in use when it is meant to be', () => {
    const tiered = historyOf({
      retentionMs: 200_000,
      tiers: [
        { stepMs: 60_000, retentionMs: 1_200_000 },
        { stepMs: CELL_MS, retentionMs: 24 * 3_600_000 },
      ],
    });
    const ticks = play([tiered], [{ ticks: 900, series: 0, act: 'come', amount: 8 }], [0]);
    const endMs = START + ticks * TICK_MS;
    expect([endMs - 60_000, endMs - 900_000, START].map((atMs) => tiered.resolutionMs('depth', atMs))).toEqual([
      10_000, 60_000, 600_000,
    ]);
    expect(tiered.status().tiers.every(({ samples }) => samples > 0)).toBe(true);
  });
});
