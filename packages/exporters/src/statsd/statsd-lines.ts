import type { MetricFamily } from '@bduf/metrics-core/interfaces';

/** One line of a series. Its number is the slot at the same index. */
export interface StatsdLine {
  /** Appended to the metric's name. */
  readonly suffix: string;
  /** A label beside those of the series: a bound or a quantile. */
  readonly extra?: readonly [name: string, value: string];
  /** `c` adds what was added since the last document, `g` says the value. */
  readonly type: 'c' | 'g';
  /** Whether the number may fall without having begun anew, as the sum of negative observations does. */
  readonly mayFall?: boolean;
}

/** The lines of a series. Counters, and counts and sums of distributions, are sent as differences. */
export function statsdLines({ type, upperBounds, quantiles }: MetricFamily): readonly StatsdLine[] {
  if (type === 'counter') return [{ suffix: '', type: 'c' }];
  const sumAndCount: readonly StatsdLine[] = [
    { suffix: '_sum', type: 'c', mayFall: true },
    { suffix: '_count', type: 'c' },
  ];
  if (type === 'histogram') {
    const bounds = [...upperBounds.map(String), 'inf'];
    return [
      ...bounds.map((bound): StatsdLine => ({ suffix: '_bucket', extra: ['le', bound], type: 'c' })),
      ...sumAndCount,
    ];
  }
  if (type === 'summary') {
    return [
      ...quantiles.map((q): StatsdLine => ({ suffix: '', extra: ['quantile', String(q)], type: 'g' })),
      ...sumAndCount,
    ];
  }
  return [{ suffix: '', type: 'g' }];
}
