import type { FamilyBlock, MetricFamily } from '@bduf/metrics-core/interfaces';

/** Label names and values. */
export type LabelPairs = readonly (readonly [name: string, value: string])[];

/**
 * The labels of a series: those of the row, those that the family shares, and further ones unless the series has them. Empty values are
 * left out, since everywhere an empty label is the same as none.
 */
export function labelPairs(
  family: MetricFamily,
  block: FamilyBlock,
  row: number,
  further: LabelPairs = [],
): LabelPairs {
  const { labelNames, labelValues, constantLabels } = family;
  const own = labelNames.map((name, at): readonly [string, string] => {
    return [name, labelValues[at]?.[block.labelIds[row * labelNames.length + at] ?? -1] ?? ''];
  });
  const pairs = [...constantLabels, ...own];
  const names = new Set(pairs.map(([name]) => name));
  return [...pairs, ...further.filter(([name]) => !names.has(name))].filter(([, value]) => value !== '');
}

/** Orders labels by name, byte by byte as protocols ask; names are ASCII. */
export function sortedByName(pairs: LabelPairs): LabelPairs {
  return pairs.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
}
