import type { ExpositionFamily, ExpositionSample } from './exposition-family.ts';

/** Samples of one series that stand together. */
export interface SeriesGroup {
  /** Its labels, without those that tell its samples apart. */
  readonly key: string;
  readonly samples: readonly ExpositionSample[];
}

/** Splits the samples of a family into runs of the same series. */
export function seriesGroups(family: ExpositionFamily): readonly SeriesGroup[] {
  const groups: { key: string; samples: ExpositionSample[] }[] = [];
  for (const sample of family.samples) {
    const key = groupKey(family, sample);
    const current = groups.at(-1);
    if (current?.key === key) current.samples.push(sample);
    else groups.push({ key, samples: [sample] });
  }
  return groups;
}

function groupKey({ name, type }: ExpositionFamily, { labels }: ExpositionSample): string {
  const distinguishing = new Map([
    ['histogram', 'le'],
    ['gaugehistogram', 'le'],
    ['summary', 'quantile'],
    ['stateset', name],
  ]).get(type);
  const own = Object.entries(labels).filter(([label]) => label !== distinguishing);
  return JSON.stringify(own.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
