import type { ExpositionFamily, ExpositionSample } from './exposition-family.ts';
import type { ExpositionRules } from './exposition-rules.ts';
import { isCanonicalNumber, parseNumberText } from './number-text.ts';
import type { SeriesGroup } from './series-groups.ts';

/** What is wrong with one series of a histogram. */
export function histogramFault(
  family: ExpositionFamily,
  group: SeriesGroup,
  rules: ExpositionRules,
): string | undefined {
  if (family.type !== 'histogram') return undefined;
  const buckets = group.samples.filter(({ name }) => name === `${family.name}_bucket`);
  const count = valueOf(group, `${family.name}_count`);
  const sum = valueOf(group, `${family.name}_sum`);
  const hasNegativeBound = buckets.some(({ labels }) => Number(labels['le']) < 0);
  if ((count === undefined) !== (sum === undefined)) return 'sum and count do not come together';
  if (rules.isOpenMetrics && hasNegativeBound && sum !== undefined) return 'a sum beside negative bounds';
  if (buckets.at(-1)?.labels['le'] !== '+Inf') return 'the last bucket is not +Inf';
  if (count !== undefined && buckets.at(-1)?.value !== count) return 'the count differs from the last bucket';
  return boundsFault(buckets, 'le', rules) ?? cumulativeFault(buckets);
}

/** What is wrong with one series of a summary. */
export function summaryFault(family: ExpositionFamily, group: SeriesGroup, rules: ExpositionRules): string | undefined {
  if (family.type !== 'summary') return undefined;
  const quantiles = group.samples.filter(({ name }) => name === family.name);
  const isInRange = quantiles.every(({ labels }) => Number(labels['quantile']) >= 0 && Number(labels['quantile']) <= 1);
  if (!isInRange) return 'a quantile is missing or not within 0 and 1';
  if (rules.isOpenMetrics && quantiles.some(({ value }) => value < 0)) return 'a quantile is negative';
  return boundsFault(quantiles, 'quantile', rules);
}

function boundsFault(
  samples: readonly ExpositionSample[],
  label: 'le' | 'quantile',
  rules: ExpositionRules,
): string | undefined {
  let previous = Number.NEGATIVE_INFINITY;
  for (const { labels } of samples) {
    const text = labels[label] ?? '';
    const bound = parseNumberText(text);
    if (bound === undefined || Number.isNaN(bound)) return `${label}="${text}" is no bound`;
    if (bound <= previous) return `${label}="${text}" is out of order`;
    if (rules.isOpenMetrics && !isCanonicalNumber(text)) return `${label}="${text}" is not canonical`;
    previous = bound;
  }
  return undefined;
}

function cumulativeFault(buckets: readonly ExpositionSample[]): string | undefined {
  const falls = buckets.some(({ value }, index) => value < (buckets[index - 1]?.value ?? 0));
  return falls ? 'bucket counts are not cumulative' : undefined;
}

function valueOf({ samples }: SeriesGroup, name: string): number | undefined {
  return samples.find((sample) => sample.name === name)?.value;
}
