import { HealthStatus } from '@bduf/metrics-core/interfaces';
import { eventLoopCheck, poolCheck, type SystemHealthMonitor } from '@bduf/metrics-system-health';
import { DATABASE_HANDLES, type Planning } from '../planning/start-planning.ts';

/** How long the database may take to answer, in milliseconds. */
const TIMEOUT_MS = 1000;

/** Registers the checks that say whether the service can do its work. */
export function registerPlanningChecks(health: SystemHealthMonitor, { services, pool }: Planning): void {
  health.registerHealthCheck('database', {
    name: 'Database',
    description: 'The database answers a query.',
    timeout: TIMEOUT_MS,
    check: async ({ signal }) => {
      await services.store.hold((unit) => unit.read(({ projects }) => projects.list({ limit: 1 })), signal);
      return { status: HealthStatus.HEALTHY };
    },
  });
  const use = (): { active: number; max: number; waiting: number } => ({ ...pool.usage, max: DATABASE_HANDLES });
  health.registerHealthCheck('database_pool', poolCheck(use, { critical: false }));
  health.registerHealthCheck('event_loop', eventLoopCheck({ critical: false }));
}
