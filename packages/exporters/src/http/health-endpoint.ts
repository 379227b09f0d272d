import { Buffer } from 'node:buffer';
import {
  type HealthCheckResult,
  type HealthSource,
  HealthStatus,
  type HttpHandler,
} from '@bduf/metrics-core/interfaces';
import type { ReadGuard } from './read-guard.ts';
import { createReadHandler } from './read-handler.ts';
import { sendBody } from './send-text.ts';

/** Worst first. */
const SEVERITY: readonly HealthStatus[] = [HealthStatus.UNHEALTHY, HealthStatus.DEGRADED];

/** Makes the endpoint that reports health: the worst status of all checks, and each check's result. */
export function createHealthHandler(source: HealthSource | undefined, guard: ReadGuard): HttpHandler {
  return createReadHandler(async (req, res) => {
    const checks = (await source?.runHealthChecks()) ?? [];
    const status = worstOf(checks);
    sendBody(req, res, {
      status: status === HealthStatus.UNHEALTHY ? 503 : 200,
      contentType: 'application/json; charset=utf-8',
      body: Buffer.from(JSON.stringify({ status, checks })),
    });
  }, guard);
}

function worstOf(checks: readonly HealthCheckResult[]): HealthStatus {
  return SEVERITY.find((status) => checks.some((check) => check.status === status)) ?? HealthStatus.HEALTHY;
}
