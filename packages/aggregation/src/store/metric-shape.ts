import type { FamilyType, MetricFamily } from '@bduf/metrics-core/interfaces';

/** What the numbers of a metric mean, the same for all its samples. */
export interface MetricShape {
  /** Type of the metric. */
  readonly type: FamilyType;
  /** Numbers in a sample. */
  readonly width: number;
  /** Finite upper bounds of a histogram. */
  readonly upperBounds: readonly number[];
}

/** The shape of a family. */
export function shapeOf({ type, width, upperBounds }: MetricFamily): MetricShape {
  return { type, width, upperBounds };
}

/** Whether samples of a family may stand beside others of that shape. */
export function hasShape({ type, width, upperBounds }: MetricFamily, shape: MetricShape): boolean {
  if (type !== shape.type || width !== shape.width || upperBounds.length !== shape.upperBounds.length) return false;
  return upperBounds.every((bound, at) => bound === shape.upperBounds[at]);
}

/** The value of the sample that begins at a place: of a distribution the number of its observations. */
export function valueAt(numbers: Float64Array, place: number, { type, width }: MetricShape): number {
  if (type === 'summary') return numbers[place + width - 1] ?? NaN;
  if (type !== 'histogram') return numbers[place] ?? NaN;
  let count = 0;
  for (let at = place; at < place + width - 1; at++) count += numbers[at] ?? 0;
  return count;
}

/** Whether a sample can only have come after a reset of the one before it: one of its counts is less. */
export function hasFallen(
  { numbers, before, after }: { readonly numbers: Float64Array; readonly before: Float64Array; readonly after: number },
  { type, width }: MetricShape,
): boolean {
  const from = type === 'summary' ? width - 1 : 0;
  const to = type === 'histogram' ? width - 1 : type === 'summary' ? width : 1;
  for (let at = from; at < to; at++) {
    if ((numbers[after + at] ?? NaN) < (before[at] ?? NaN)) return true;
  }
  return false;
}
