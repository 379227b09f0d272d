import { BusinessMetricDefinitions, type Registerer } from '@bduf/metrics-core/interfaces';
import { type ActiveUsers, ACTIVE_USER_WINDOWS, type ActiveUserWindow } from './active-users/active-users.ts';
import { defineBusinessMetrics, type InstrumentsOf } from './define-business-metrics.ts';
import { ProjectStatus, TaskStatus } from './planning-terms.ts';
import type { StatusBalance } from './status-balance.ts';

/** Distinct texts kept of labels that callers may fill with anything; further ones are recorded as `__overflow__`. */
const MOST_TEXTS = 100;

/** What the gauges read at the time of a read-out. */
export interface BusinessState {
  readonly activeUsers: ActiveUsers;
  readonly projects: StatusBalance<ProjectStatus>;
  readonly tasks: StatusBalance<TaskStatus>;
}

/** Definitions of what is recorded directly; the gauges are read from the state instead. */
type RecordedDefinitions = Omit<
  typeof BusinessMetricDefinitions,
  'ACTIVE_USERS_TOTAL' | 'PROJECTS_BY_STATUS' | 'TASKS_BY_STATUS'
>;

/** Everything that is recorded directly, by the key of its definition. */
export type BusinessInstruments = InstrumentsOf<RecordedDefinitions>;

const {
  ACTIVE_USERS_TOTAL,
  PROJECTS_BY_STATUS,
  TASKS_BY_STATUS,
  TASKS_CREATED_TOTAL,
  ANALYSIS_ACCURACY_SCORE,
  CONTEXT7_API_CALLS_TOTAL,
  PERPLEXITY_API_CALLS_TOTAL,
  EXTERNAL_API_ERRORS_TOTAL,
  EXTERNAL_API_DURATION,
  API_RATE_LIMIT_HITS,
  ...closed
} = BusinessMetricDefinitions;

const RECORDED: RecordedDefinitions = {
  ...closed,
  TASKS_CREATED_TOTAL: bounded(TASKS_CREATED_TOTAL),
  ANALYSIS_ACCURACY_SCORE: bounded(ANALYSIS_ACCURACY_SCORE),
  CONTEXT7_API_CALLS_TOTAL: bounded(CONTEXT7_API_CALLS_TOTAL),
  PERPLEXITY_API_CALLS_TOTAL: bounded(PERPLEXITY_API_CALLS_TOTAL),
  EXTERNAL_API_ERRORS_TOTAL: bounded(EXTERNAL_API_ERRORS_TOTAL),
  EXTERNAL_API_DURATION: bounded(EXTERNAL_API_DURATION),
  API_RATE_LIMIT_HITS: bounded(API_RATE_LIMIT_HITS),
};

/** Defines all business metrics; gauges read the state when they are asked. */
export function createBusinessInstruments(metrics: Registerer, state: BusinessState): BusinessInstruments {
  metrics.gauge({
    ...ACTIVE_USERS_TOTAL,
    collect: ({ set }) => {
      // The keys are the names of the windows.
      for (const window of Object.keys(ACTIVE_USER_WINDOWS) as ActiveUserWindow[]) {
        set({ window }, state.activeUsers.count(window));
      }
    },
  });
  metrics.gauge({
    ...PROJECTS_BY_STATUS,
    collect: ({ set }) => {
      for (const status of Object.values(ProjectStatus)) set({ status }, state.projects.count(status));
    },
  });
  metrics.gauge({
    ...TASKS_BY_STATUS,
    collect: ({ set }) => {
      for (const status of Object.values(TaskStatus)) set({ status }, state.tasks.count(status));
    },
  });
  return defineBusinessMetrics(metrics, RECORDED);
}

function bounded<Definition extends object>(definition: Definition): Definition & { readonly maxLabelValues: number } {
  return { ...definition, maxLabelValues: MOST_TEXTS };
}
