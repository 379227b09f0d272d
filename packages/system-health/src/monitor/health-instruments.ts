import {
  type Gauge,
  type Histogram,
  HealthStatus,
  type LabelsOf,
  type Registerer,
  SystemMetricDefinitions,
} from '@bduf/metrics-core/interfaces';

type CheckLabels = LabelsOf<{ readonly check: 'string' }>;

/** Checks that are told apart; further ones are recorded as `__overflow__`. */
const MOST_CHECKS = 100;

/** Value of `health_check_status`. */
export const STATUS_VALUE: Readonly<Record<HealthStatus, number>> = {
  [HealthStatus.HEALTHY]: 1,
  [HealthStatus.DEGRADED]: 0.5,
  [HealthStatus.UNHEALTHY]: 0,
};

/** What the results of checks are recorded with. */
export interface HealthInstruments {
  readonly status: Gauge<CheckLabels>;
  readonly duration: Histogram<CheckLabels>;
  readonly availability: Gauge<CheckLabels>;
}

/**
 * Defines the metrics of health checks.
 *
 * @param availabilities - Share of healthy results of each check that has some.
 */
export function createHealthInstruments(
  metrics: Registerer,
  availabilities: () => Iterable<readonly [check: string, share: number]>,
): HealthInstruments {
  const bounded = { maxSeries: MOST_CHECKS };
  return {
    status: metrics.gauge({ ...SystemMetricDefinitions.HEALTH_CHECK_STATUS, ...bounded }),
    duration: metrics.histogram({ ...SystemMetricDefinitions.HEALTH_CHECK_DURATION, ...bounded }),
    availability: metrics.gauge({
      ...SystemMetricDefinitions.COMPONENT_AVAILABILITY,
      ...bounded,
      collect: ({ set }) => {
        for (const [check, share] of availabilities()) set({ check }, share);
      },
    }),
  };
}
