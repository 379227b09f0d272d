import process from 'node:process';
import { BusinessMetrics, SystemMetrics } from '@bduf/metrics-core/interfaces';
import type { ExpositionFamily } from '@bduf/metrics-testkit';
import type { Check } from './check.ts';
import { samplesOf } from './exposition.ts';

/** What only a client that repeats or reorders events makes happen. */
const UNREACHED: ReadonlySet<string> = new Set([BusinessMetrics.BUSINESS_EVENTS_IGNORED]);
/** What only a container with limits, or a kernel that measures pressure, has. */
const ONLY_SOME_MACHINES: ReadonlySet<string> = new Set([
  SystemMetrics.CONTAINER_CPU_LIMIT,
  SystemMetrics.CONTAINER_CPU_PERIODS,
  SystemMetrics.CONTAINER_CPU_THROTTLED_PERIODS,
  SystemMetrics.CONTAINER_CPU_THROTTLED_TIME,
  SystemMetrics.PRESSURE_STALL_TIME,
]);

/** Checks that the workflow has reached every business metric, and that the machine gives every system metric. */
export function checkContract(families: readonly ExpositionFamily[]): Check {
  const business = Object.values(BusinessMetrics).filter((name) => !UNREACHED.has(name));
  // Other systems tell less; what they do not tell is absent.
  const isComplete = process.platform === 'linux';
  const system = isComplete ? Object.values(SystemMetrics).filter((name) => !ONLY_SOME_MACHINES.has(name)) : [];
  const values = (name: string): readonly number[] =>
    [name, `${name}_count`].flatMap((sample) => samplesOf(families, sample)).map(({ value }) => value);
  return {
    name: 'every business metric was reached by an action, and every system metric is there',
    detail: `${business.length} and ${system.length} metrics`,
    problems: [
      ...business
        .filter((name) => !values(name).some((value) => value > 0))
        .map((name) => `${name} has no value above 0`),
      ...system.filter((name) => values(name).length === 0).map((name) => `${name} has no value`),
    ],
  };
}
