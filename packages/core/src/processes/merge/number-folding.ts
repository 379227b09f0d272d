import { GaugeAggregation } from '../../interfaces/gauge-aggregation.ts';
import { MetricType } from '../../interfaces/metric-type.ts';
import type { FamilyType } from '../../interfaces/metric-family.ts';

/** How the numbers of one series in several workers become one. */
export interface NumberFolding {
  /** Whether they are added up; otherwise one of them is chosen. */
  readonly isSum: boolean;
  /** Whether the last numbers of a worker that exited go on counting. */
  readonly keepsExited: boolean;
  /** First column that is added up; those before it are computed otherwise. */
  readonly firstColumn: number;
  /** Whether a candidate replaces the number chosen so far. Only where they are not added up. */
  replaces(chosen: Candidate, candidate: Candidate): boolean;
}

/** The mark of a number that was never written. */
export const UNWRITTEN = 0;

/** A number, and what its worker says about its last write. */
export interface Candidate {
  readonly value: number;
  /** {@link UNWRITTEN}, or what decides which of two numbers is the later one. */
  readonly mark: number;
}

/**
 * The folding of a family.
 *
 * @param type - Type of the family.
 * @param aggregation - What the definition chose; counts for gauges.
 * @param quantiles - Quantile columns of a summary.
 */
export function numberFolding(type: FamilyType, aggregation: GaugeAggregation, quantiles: number): NumberFolding {
  switch (type) {
    case MetricType.COUNTER:
    case MetricType.HISTOGRAM:
    case MetricType.SUMMARY:
      return { isSum: true, keepsExited: true, firstColumn: quantiles, replaces: never };
    case MetricType.GAUGE:
      return GAUGES[aggregation];
    // A fact or a state holds when it holds in a worker that lives.
    case MetricType.INFO:
    case MetricType.STATE_SET:
    case 'unknown':
    default:
      return GAUGES.live_max;
  }
}

const never = (): boolean => false;
const later = (chosen: Candidate, candidate: Candidate): boolean => candidate.mark > chosen.mark;
const larger = (chosen: Candidate, candidate: Candidate): boolean =>
  candidate.value > chosen.value || Number.isNaN(chosen.value);
const smaller = (chosen: Candidate, candidate: Candidate): boolean =>
  candidate.value < chosen.value || Number.isNaN(chosen.value);

/** A value that was written comes before one that was not. */
function writtenFirst(replaces: NumberFolding['replaces']): NumberFolding['replaces'] {
  return (chosen, candidate) => {
    if (candidate.mark === UNWRITTEN) return false;
    return chosen.mark === UNWRITTEN || replaces(chosen, candidate);
  };
}

const GAUGES: Readonly<Record<GaugeAggregation, NumberFolding>> = {
  [GaugeAggregation.LIVE_SUM]: { isSum: true, keepsExited: false, firstColumn: 0, replaces: never },
  [GaugeAggregation.LIVE_MAX]: { isSum: false, keepsExited: false, firstColumn: 0, replaces: writtenFirst(larger) },
  [GaugeAggregation.LIVE_MIN]: { isSum: false, keepsExited: false, firstColumn: 0, replaces: writtenFirst(smaller) },
  [GaugeAggregation.SUM]: { isSum: true, keepsExited: true, firstColumn: 0, replaces: never },
  [GaugeAggregation.MAX]: { isSum: false, keepsExited: true, firstColumn: 0, replaces: writtenFirst(larger) },
  [GaugeAggregation.MIN]: { isSum: false, keepsExited: true, firstColumn: 0, replaces: writtenFirst(smaller) },
  [GaugeAggregation.MOST_RECENT]: { isSum: false, keepsExited: true, firstColumn: 0, replaces: writtenFirst(later) },
};
