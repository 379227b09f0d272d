import { MetricsError, MetricsErrorCode } from '@bduf/metrics-core/interfaces';
import { type HealthCheck, HealthCheckKind } from './health-check.ts';

/** Longest time a timer of Node.js can wait. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Refuses a check that could not work.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID`
 */
export function validateHealthCheck(name: string, check: HealthCheck): void {
  if (name === '') throw invalid(name, 'name', name, 'a text that is not empty');
  if (typeof check.check !== 'function') throw invalid(name, 'check', check.check, 'a function');
  requireMs(name, 'timeout', check.timeout, 1);
  requireMs(name, 'intervalMs', check.intervalMs ?? 1, 1);
  requireMs(name, 'cacheTtlMs', check.cacheTtlMs ?? 0, 0);
  requireCount(name, 'failureThreshold', check.failureThreshold ?? 1);
  requireCount(name, 'successThreshold', check.successThreshold ?? 1);
  const kinds: readonly string[] = Object.values(HealthCheckKind);
  if (check.kind !== undefined && !kinds.includes(check.kind))
    throw invalid(name, 'kind', check.kind, kinds.join(', '));
}

function requireMs(check: string, field: string, ms: number, least: number): void {
  if (!(ms >= least && ms <= LONGEST_MS)) throw invalid(check, field, ms, `${least} to ${LONGEST_MS} milliseconds`);
}

function requireCount(check: string, field: string, count: number): void {
  if (!Number.isInteger(count) || count < 1) throw invalid(check, field, count, 'an integer of at least 1');
}

function invalid(check: string, field: string, value: unknown, wanted: string): MetricsError {
  return new MetricsError(
    MetricsErrorCode.ARGUMENT_INVALID,
    `The ${field} of health check ${JSON.stringify(check)} is ${String(value)}. Give ${wanted}.`,
  );
}
