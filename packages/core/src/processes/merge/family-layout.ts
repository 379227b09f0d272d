import type { MetricFamily } from '../../interfaces/metric-family.ts';

type ConstantLabels = MetricFamily['constantLabels'];

/** Which labels a merged family has, and which of them are the same for all series. */
export interface FamilyLayout {
  /** The labels of the definition, then those default labels that differ between workers. */
  readonly labelNames: readonly string[];
  /** Default labels that are the same in all workers. */
  readonly constantLabels: ConstantLabels;
}

/** The layout of one family alone. */
export function layoutOf({ labelNames, constantLabels }: MetricFamily): FamilyLayout {
  return { labelNames, constantLabels };
}

/**
 * The layout that also fits another family of the same labels: default labels that differ become labels of the series.
 * The same object when it fits as it is.
 */
export function fittingLayout(layout: FamilyLayout, family: MetricFamily): FamilyLayout {
  const given = new Map(family.constantLabels);
  const known = new Map(layout.constantLabels);
  const constantLabels = layout.constantLabels.filter(([name, value]) => given.get(name) === value);
  const varying = [...known.keys(), ...given.keys()].filter(
    (name, at, all) =>
      all.indexOf(name) === at && given.get(name) !== known.get(name) && !layout.labelNames.includes(name),
  );
  if (varying.length === 0) return layout;
  return { labelNames: [...layout.labelNames, ...varying], constantLabels };
}
