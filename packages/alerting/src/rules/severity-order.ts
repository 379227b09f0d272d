import { Severity } from '@bduf/metrics-core/interfaces';

/** All severities, least severe first. */
export const SEVERITIES: readonly Severity[] = [Severity.INFO, Severity.WARNING, Severity.ERROR, Severity.CRITICAL];

/** Order of severities for sorting, most severe first. */
export function bySeverity(a: Severity, b: Severity): number {
  return SEVERITIES.indexOf(b) - SEVERITIES.indexOf(a);
}
