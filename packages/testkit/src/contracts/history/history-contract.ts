import { deepStrictEqual, notStrictEqual, ok, rejects } from 'node:assert/strict';
import {
  type HistoryAnswer,
  type HistoryQuery,
  type HistorySource,
  type LocalHistorySource,
  MetricsError,
  type MetricFamily,
} from '@bduf/metrics-core/interfaces';
import { evaluateQueries, query } from '@bduf/metrics-core/primitives';
import { familyOf } from '../../family/family-of.ts';
import type { FamilySpec, SeriesSpec } from '../../family/family-spec.ts';
import type { ContractCase } from '../contract-case.ts';
import { HOSTILE_SERIES } from '../hostile-series.ts';
import type { HistoryReadOut } from './history-read-out.ts';
import { plainSamples } from './plain-samples.ts';
import { randomQuestion } from './random-questions.ts';
import { randomNumbers, randomReadOuts, TICK_MS } from './random-read-outs.ts';

/** What the contract of histories needs to know of one. */
export interface HistoryContract {
  /**
   * Makes a history that remembers these read-outs and nothing else, in this order, as they are: not downsampled. They are 10 seconds
   * apart or a little more, at most an hour in all.
   *
   * @param nowMs - What the clock of the history shows from now on: long after the last read-out, so that no question is about the
   *   present.
   */
  readonly createHistory: (
    readOuts: readonly HistoryReadOut[],
    nowMs: number,
  ) => HistorySource | Promise<HistorySource>;
  /** Gives the history back. Default: it is left alone. */
  readonly dispose?: (history: HistorySource) => void | Promise<void>;
}

const START_MS = Date.UTC(2026, 0, 1);
const NOW_MS = START_MS + 6 * 3_600_000;
/** Rounds of random questions to random read-outs, and questions in each. */
const ROUNDS = 12;
const QUESTIONS = 60;

/** The contract of {@link HistorySource}, for every history that can be filled with samples. */
export function historyContract(contract: HistoryContract): readonly ContractCase[] {
  return Object.entries(DEMANDS).map(([name, demand]) => ({ name, run: () => demand(contract) }));
}

const DEMANDS: Readonly<Record<string, (contract: HistoryContract) => Promise<void>>> = {
  'answers nothing when nothing is asked': async (contract) => {
    await withHistory(contract, ticks(3, depth), async (history) => deepStrictEqual(await history.read([]), []));
  },
  'says why it knows nothing of a metric': async (contract) => {
    await withHistory(contract, ticks(3, depth), async (history) => {
      const [answer] = await history.read([at(query('nothing_total').increase('1m'), START_MS + 60_000)]);
      deepStrictEqual([answer?.series, answer?.coverage], [[], 0]);
      notStrictEqual(answer?.reason, undefined);
    });
  },
  'gives values and labels back exactly, whatever they are': async (contract) => {
    const series = HOSTILE_SERIES.filter(({ labels }) => labels?.['queue'] !== '');
    await withHistory(
      contract,
      ticks(3, () => gauge(series)),
      async (history) => {
        const [answer] = await history.read([at(query('depth'), START_MS + 2 * TICK_MS)]);
        const found = new Map(answer?.series.map(({ labels, values }) => [labels['queue'], values[0]]));
        deepStrictEqual(found, new Map(series.map(({ labels, value }) => [labels?.['queue'], value])));
      },
    );
  },
  'orders answers as questions, series by labels and times': async (contract) => {
    const names = ['b', 'a', 'c'];
    const readOuts = ticks(5, () => gauge(names.map((queue, value) => ({ labels: { queue }, value }))));
    await withHistory(contract, readOuts, async (history) => {
      const [least, all] = await history.read([
        at(query('depth').minBy(), START_MS + TICK_MS),
        over(query('depth'), START_MS, START_MS + 4 * TICK_MS),
      ]);
      deepStrictEqual(
        least?.series.map(({ labels }) => labels),
        [{}],
      );
      deepStrictEqual(
        all?.series.map(({ labels }) => labels['queue']),
        ['a', 'b', 'c'],
      );
      for (const { timestampsMs } of all.series) {
        deepStrictEqual(
          Array.from(timestampsMs),
          [0, 1, 2, 3, 4].map((tick) => START_MS + tick * TICK_MS),
        );
      }
    });
  },
  'leaves gaps as they are': async (contract) => {
    const readOuts = ticks(8, (tick) => gauge(tick >= 3 && tick < 6 ? [] : [{ value: tick }]));
    await withHistory(contract, readOuts, async (history) => {
      const [answer] = await history.read([over(query('depth'), START_MS, START_MS + 7 * TICK_MS)]);
      deepStrictEqual(Array.from(answer?.series[0]?.values ?? []), [0, 1, 2, 6, 7]);
    });
  },
  'counts from the birth of a series, through resets, without a guess': async (contract) => {
    const born = [0, 0, 0, 0, 35_000, 35_000, 35_000];
    const values = [4, 5, 7, 9, 30, 31, 33];
    const readOuts = ticks(7, (tick) =>
      counter([{ value: values[tick] ?? 0, createdMs: START_MS + (born[tick] ?? 0) }]),
    );
    await withHistory(contract, readOuts, async (history) => {
      // 4 since birth, 5 more, then 33 of a new life that begins above the old one.
      const [answer] = await history.read([at(query('jobs_total').increase('1h'), START_MS + 6 * TICK_MS)]);
      deepStrictEqual(answer?.series[0]?.values[0], 9 + 33);
    });
  },
  'takes a decrease for a reset when nobody knows births': async (contract) => {
    const values = [4, 5, 2, 3];
    const readOuts = ticks(4, (tick) => counter([{ value: values[tick] ?? 0, createdMs: NaN }]));
    await withHistory(contract, readOuts, async (history) => {
      const [answer] = await history.read([at(query('jobs_total').increase('1h'), START_MS + 3 * TICK_MS)]);
      deepStrictEqual(answer?.series[0]?.values[0], 1 + 2 + 1);
    });
  },
  'says how much of a span was observed': async (contract) => {
    await withHistory(contract, ticks(31, depth), async (history) => {
      const endMs = START_MS + 30 * TICK_MS;
      const [whole, half] = await history.read([
        at(query('depth').avgOverTime('5m'), endMs),
        at(query('depth').avgOverTime('10m'), endMs),
      ]);
      deepStrictEqual([whole?.coverage, whole?.reason], [1, undefined]);
      deepStrictEqual([half?.coverage, half?.reason], [0.5, 'observation_began']);
    });
  },
  'keeps series together when rows, label ids and the order of labels change': async (contract) => {
    const readOuts = ticks(6, (tick) => {
      const series = [
        { labels: { queue: 'a', host: 'x' }, value: tick },
        { labels: { queue: 'b', host: 'y' }, value: 100 + tick },
      ];
      const labelNames = tick % 2 === 0 ? ['queue', 'host'] : ['host', 'queue'];
      return gauge(tick % 3 === 0 ? series : series.toReversed(), { labelNames, epoch: tick });
    });
    await withHistory(contract, readOuts, async (history) => {
      const [answer] = await history.read([over(query('depth'), START_MS, START_MS + 5 * TICK_MS)]);
      deepStrictEqual(
        answer?.series.map(({ labels, values }) => [labels['queue'], labels['host'], Array.from(values)]),
        [
          ['a', 'x', [0, 1, 2, 3, 4, 5]],
          ['b', 'y', [100, 101, 102, 103, 104, 105]],
        ],
      );
    });
  },
  'shows no hidden row': async (contract) => {
    const readOuts = ticks(3, () => gauge([{ labels: { queue: 'a' }, hidden: true }, { labels: { queue: 'b' } }]));
    await withHistory(contract, readOuts, async (history) => {
      const [answer] = await history.read([at(query('depth'), START_MS + TICK_MS)]);
      deepStrictEqual(
        answer?.series.map(({ labels }) => labels['queue']),
        ['b'],
      );
    });
  },
  'does not depend on what becomes of read-outs and answers': async (contract) => {
    const readOuts = ticks(4, (tick) => gauge([{ value: tick }]));
    await withHistory(contract, readOuts, async (history) => {
      for (const { families } of readOuts) for (const { blocks } of families) blocks[0]?.values.fill(-1);
      const question = over(query('depth'), START_MS, START_MS + 3 * TICK_MS);
      const [first] = await history.read([question]);
      first?.series[0]?.values.fill(-1);
      const [second] = await history.read([question]);
      deepStrictEqual(Array.from(second?.series[0]?.values ?? []), [0, 1, 2, 3]);
    });
  },
  'refuses questions without meaning': async (contract) => {
    await withHistory(contract, ticks(3, depth), async (history) => {
      const question = at(query('depth'), START_MS);
      const backwards = { ...question, endMs: START_MS - 1 };
      const without = { ...question, endMs: START_MS + 1, stepMs: 0 };
      const nameless = { ...question, expression: { kind: 'select', selector: { metric: '' } } } as const;
      await Promise.all(
        [backwards, without, nameless].map((wrong) =>
          rejects(
            () => history.read([wrong]),
            (error) => MetricsError.isInstance(error),
          ),
        ),
      );
    });
  },
  'answers at once as it does later, if it can': async (contract) => {
    const random = randomNumbers(99);
    const readOuts = randomReadOuts(random, 80, START_MS);
    await withHistory(contract, readOuts, async (history) => {
      if (!isLocal(history)) return;
      const batch = Array.from({ length: QUESTIONS }, () => randomQuestion(random, spanOf(readOuts)));
      deepStrictEqual(history.readSync(batch), await history.read(batch));
    });
  },
  ...Object.fromEntries(
    Array.from({ length: ROUNDS }, (_, round) => [
      `answers random questions to random read-outs from these samples and no others, seed ${round}`,
      (contract: HistoryContract) => expectPlainAnswers(contract, round),
    ]),
  ),
};

async function expectPlainAnswers(contract: HistoryContract, seed: number): Promise<void> {
  const random = randomNumbers(seed);
  const readOuts = randomReadOuts(random, 20 + random(200), START_MS);
  const batch = Array.from({ length: QUESTIONS }, () => randomQuestion(random, spanOf(readOuts)));
  const expected = evaluateQueries(batch, plainSamples(readOuts));
  ok(expected.filter(({ series }) => series.length > 0).length > QUESTIONS / 2, 'Most questions have an answer.');
  await withHistory(contract, readOuts, async (history) => {
    const answers = await history.read(batch);
    for (const [place, answer] of answers.entries()) {
      deepStrictEqual(comparable(answer), comparable(expected[place]), JSON.stringify(batch[place]));
    }
  });
}

/** Labels without value are none. */
function comparable(answer: HistoryAnswer | undefined): unknown {
  return answer?.series.map(({ labels, timestampsMs, values, coverage }) => ({
    labels: Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== '')),
    timestampsMs: Array.from(timestampsMs),
    values: Array.from(values),
    coverage: Math.round(coverage * 1e9) / 1e9,
  }));
}

function spanOf(readOuts: readonly HistoryReadOut[]): { readonly startMs: number; readonly endMs: number } {
  return { startMs: START_MS - 3 * TICK_MS, endMs: (readOuts.at(-1)?.atMs ?? START_MS) + 3 * TICK_MS };
}

async function withHistory(
  { createHistory, dispose }: HistoryContract,
  readOuts: readonly HistoryReadOut[],
  use: (history: HistorySource) => Promise<void>,
): Promise<void> {
  const history = await createHistory(readOuts, NOW_MS);
  try {
    await use(history);
  } finally {
    await dispose?.(history);
  }
}

function isLocal(history: HistorySource): history is LocalHistorySource {
  return 'readSync' in history;
}

function at({ expression }: Pick<HistoryQuery, 'expression'>, atMs: number): HistoryQuery {
  return { expression, startMs: atMs, endMs: atMs, stepMs: 0 };
}

function over({ expression }: Pick<HistoryQuery, 'expression'>, startMs: number, endMs: number): HistoryQuery {
  return { expression, startMs, endMs, stepMs: TICK_MS };
}

function ticks(count: number, family: (tick: number) => MetricFamily): readonly HistoryReadOut[] {
  return Array.from({ length: count }, (_, tick) => ({ atMs: START_MS + tick * TICK_MS, families: [family(tick)] }));
}

function depth(tick: number): MetricFamily {
  return gauge([{ value: tick }]);
}

const GAUGE = {};
const COUNTER = {};

function gauge(series: readonly SeriesSpec[], spec: Partial<FamilySpec> = {}): MetricFamily {
  return familyOf({ name: 'depth', type: 'gauge', identity: GAUGE, series, ...spec });
}

function counter(series: readonly SeriesSpec[]): MetricFamily {
  return familyOf({ name: 'jobs_total', type: 'counter', identity: COUNTER, series });
}
