import { connect } from 'node:net';
import { HealthStatus } from '@bduf/metrics-core/interfaces';
import type { HealthCheck } from '../checks/health-check.ts';

/** What a caller may change of a ready-made check. */
export type HealthCheckSettings = Partial<Omit<HealthCheck, 'check'>>;

const TIMEOUT_MS = 5_000;

/** Healthy while a URL answers with a status below 400. The URL is in the details only, its credentials masked. */
export function httpCheck(url: string | URL, settings: HealthCheckSettings = {}): HealthCheck {
  return {
    name: 'HTTP',
    description: 'An HTTP service answers.',
    timeout: TIMEOUT_MS,
    ...settings,
    check: async ({ signal }) => {
      const response = await fetch(url, { signal, redirect: 'manual' });
      await response.body?.cancel();
      const status = response.status < 400 ? HealthStatus.HEALTHY : HealthStatus.UNHEALTHY;
      return { status, message: `It answered ${response.status}.`, details: { url: String(url) } };
    },
  };
}

/** Healthy while a TCP port takes connections; the connection is closed at once. */
export function tcpCheck(
  address: { readonly host: string; readonly port: number },
  settings: HealthCheckSettings = {},
): HealthCheck {
  return {
    name: 'TCP',
    description: 'A TCP port takes connections.',
    timeout: TIMEOUT_MS,
    ...settings,
    check: ({ signal }) =>
      new Promise((resolve, reject) => {
        const socket = connect(address);
        // With an error, so that the call ends and the next run is a new one.
        signal.addEventListener('abort', () => socket.destroy(new Error('aborted')), { once: true });
        socket.once('error', reject);
        socket.once('connect', () => {
          socket.destroy();
          resolve({ status: HealthStatus.HEALTHY });
        });
      }),
  };
}

/** Use of a pool of connections. */
export interface PoolUse {
  /** Connections in use. */
  readonly active: number;
  /** Most connections. */
  readonly max: number;
  /** Callers that wait for one. */
  readonly waiting: number;
}

/** Degraded while callers wait for a connection of a pool although all are in use. */
export function poolCheck(use: () => PoolUse, settings: HealthCheckSettings = {}): HealthCheck {
  return {
    name: 'Pool',
    description: 'A pool has a connection for everybody.',
    timeout: TIMEOUT_MS,
    ...settings,
    check: () => {
      const { active, max, waiting } = use();
      const status = waiting > 0 && active >= max ? HealthStatus.DEGRADED : HealthStatus.HEALTHY;
      return Promise.resolve({ status, message: `${active} of ${max} in use, ${waiting} wait.` });
    },
  };
}
