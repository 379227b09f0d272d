import {
  type FamilyType,
  type HistoryAnswer,
  type HistoryQuery,
  type HistorySource,
  MetricsError,
  MetricsErrorCode,
  type SampleReader,
  type SampledSeries,
  type SeriesSelector,
} from '@bduf/metrics-core/interfaces';
import { compileMatchers, evaluateQueries } from '@bduf/metrics-core/primitives';

/** A series that a rule is tried on: a gauge or a counter. */
export interface SimulatedSeries {
  /** Its metric. */
  readonly metric: string;
  /** Its labels. Default: none. */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Its values, one for each interval from the beginning on. `null`: no sample, so that the value before holds for another five minutes;
   * `'removed'`: the series ends. A counter that comes up later counts from 0.
   */
  readonly values: readonly (number | null | 'removed')[];
}

/** When values of simulated series were sampled, in milliseconds. */
export interface SampleTimes {
  /** Of the first one, since the epoch. */
  readonly startMs: number;
  /** Their distance. */
  readonly stepMs: number;
}

/** What series say, as if somebody had looked at each step. */
export class SimulatedHistory implements HistorySource, SampleReader {
  readonly #series: readonly { readonly metric: string; readonly sampled: SampledSeries }[];

  constructor(series: readonly SimulatedSeries[], times: SampleTimes, typeOf: (metric: string) => FamilyType) {
    this.#series = series.map((each) => ({
      metric: each.metric,
      sampled: sampledSeries(each, times, typeOf(each.metric)),
    }));
  }

  read(batch: readonly HistoryQuery[]): Promise<readonly HistoryAnswer[]> {
    return Promise.resolve(evaluateQueries(batch, this));
  }

  select({ metric, matchers = [] }: SeriesSelector, _fromMs: number, toMs: number): Iterable<SampledSeries> {
    const isMeant = compileMatchers(matchers);
    return this.#series
      .filter((each) => each.metric === metric && isMeant(each.sampled.labels))
      .map(({ sampled }) => sampled)
      .filter(({ timestampsMs }) => (timestampsMs[0] ?? Infinity) <= toMs);
  }
}

function sampledSeries(
  { metric, labels = {}, values }: SimulatedSeries,
  { startMs, stepMs }: SampleTimes,
  type: FamilyType,
): SampledSeries {
  const times: number[] = [];
  const numbers: number[] = [];
  const gaps: number[] = [];
  for (const [step, value] of values.entries()) {
    if (value === 'removed') gaps.push(numbers.length);
    if (typeof value !== 'number') continue;
    times.push(startMs + step * stepMs);
    numbers.push(value);
  }
  if (type === 'histogram' || type === 'summary') {
    throw new MetricsError(
      MetricsErrorCode.ARGUMENT_INVALID,
      `The series of ${JSON.stringify(metric)} has numbers, but it is a ${type}. Try such rules on a history.`,
    );
  }
  const [firstMs = NaN] = times;
  return {
    labels,
    type,
    // Nobody knows what was before the beginning.
    createdMs: firstMs > startMs ? firstMs : NaN,
    observedSinceMs: startMs,
    timestampsMs: Float64Array.from(times),
    values: Float64Array.from(numbers),
    width: 1,
    upperBounds: [],
    gaps: Int32Array.from(new Set(gaps)),
  };
}
