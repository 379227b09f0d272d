import type { LabelMatcher } from '@bduf/metrics-core/interfaces';
import { compileMatchers } from '@bduf/metrics-core/primitives';
import type { HistorySeries } from '../store/history-series.ts';
import type { MetricTimeline } from '../store/metric-timeline.ts';

/** Selections remembered for each metric. */
const MAX_REMEMBERED = 32;

interface Remembered {
  readonly version: number;
  readonly byMatchers: Map<string, readonly HistorySeries[]>;
}

/** Which series matchers mean. Dashboards and rules ask the same again and again, so that it is remembered until series come or go. */
export class SeriesSelection {
  readonly #timelines = new WeakMap<MetricTimeline, Remembered>();

  /** The series of a metric that match, by slot. */
  of(timeline: MetricTimeline, matchers: readonly LabelMatcher[]): readonly HistorySeries[] {
    const { series, version } = timeline.slots;
    let remembered = this.#timelines.get(timeline);
    if (remembered?.version !== version) {
      remembered = { version, byMatchers: new Map() };
      this.#timelines.set(timeline, remembered);
    }
    const key = JSON.stringify(matchers.map(({ name, op, value }) => [name, op, value]));
    const known = remembered.byMatchers.get(key);
    if (known !== undefined) return known;
    const matches = compileMatchers(matchers);
    const found = series.filter((each): each is HistorySeries => each !== undefined && matches(each.labels));
    if (remembered.byMatchers.size >= MAX_REMEMBERED) remembered.byMatchers.clear();
    remembered.byMatchers.set(key, found);
    return found;
  }
}
