import { namesOf, type NamesOf } from './names-of.ts';

/** Definitions of the business metrics of a planning service. */
export const BusinessMetricDefinitions = {
  PROJECTS_CREATED_TOTAL: {
    name: 'projects_created_total',
    type: 'counter',
    description: 'Projects created.',
    labels: { complexity: ['low', 'medium', 'high', 'very_high'] },
  },
  PROJECTS_COMPLETED_TOTAL: {
    name: 'projects_completed_total',
    type: 'counter',
    description: 'Projects completed.',
  },
  PROJECT_DURATION: {
    name: 'project_duration_days',
    type: 'histogram',
    description: 'Time from the creation of a project to its completion.',
    unit: 'days',
    buckets: [1, 2, 5, 10, 20, 40, 60, 90, 180, 365],
  },
  PROJECT_COMPLEXITY_DISTRIBUTION: {
    name: 'project_complexity_distribution',
    type: 'histogram',
    description: 'Stakeholders of created projects, by complexity.',
    labels: { complexity: ['low', 'medium', 'high', 'very_high'] },
    buckets: [1, 2, 3, 5, 8, 13, 21, 34],
  },
  PROJECTS_BY_STATUS: {
    name: 'projects_by_status',
    type: 'gauge',
    description: 'Projects in each status.',
    labels: {
      status: ['planning', 'analysis', 'design', 'in_progress', 'review', 'completed', 'on_hold', 'cancelled'],
    },
  },
  TASKS_CREATED_TOTAL: {
    name: 'tasks_created_total',
    type: 'counter',
    description: 'Tasks created.',
    labels: { task_type: 'string' },
  },
  TASKS_COMPLETED_TOTAL: {
    name: 'tasks_completed_total',
    type: 'counter',
    description: 'Tasks completed.',
  },
  TASKS_BY_STATUS: {
    name: 'tasks_by_status',
    type: 'gauge',
    description: 'Tasks in each status.',
    labels: { status: ['pending', 'in_progress', 'blocked', 'review', 'completed', 'cancelled'] },
  },
  TASK_COMPLETION_TIME: {
    name: 'task_completion_time_hours',
    type: 'histogram',
    description: 'Hours spent on completed tasks.',
    unit: 'hours',
    buckets: [0.25, 0.5, 1, 2, 4, 8, 16, 24, 40, 80, 160],
  },
  TASK_ESTIMATION_ACCURACY: {
    name: 'task_estimation_accuracy_ratio',
    type: 'histogram',
    description: 'Actual hours of a completed task divided by the estimate.',
    unit: 'ratio',
    buckets: [0.25, 0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2, 4],
  },
  ACTIVE_USERS_TOTAL: {
    name: 'active_users_total',
    type: 'gauge',
    description: 'Distinct users seen in a window.',
    labels: { window: ['15m', '24h'] },
  },
  USER_SESSION_DURATION: {
    name: 'user_session_duration_minutes',
    type: 'histogram',
    description: 'How long user sessions lasted.',
    unit: 'minutes',
    buckets: [1, 5, 10, 15, 30, 60, 120, 240, 480],
  },
  COLLABORATION_SESSIONS_TOTAL: {
    name: 'collaboration_sessions_total',
    type: 'counter',
    description: 'Collaboration sessions started.',
  },
  APPROVAL_WORKFLOW_DURATION: {
    name: 'approval_workflow_duration_hours',
    type: 'histogram',
    description: 'Time from the request of an approval to its decision.',
    unit: 'hours',
    labels: { decision: ['approved', 'rejected'] },
    buckets: [0.5, 1, 2, 4, 8, 24, 48, 72, 168],
  },
  REQUIREMENTS_ANALYSIS_DURATION: {
    name: 'requirements_analysis_duration_seconds',
    type: 'histogram',
    description: 'Time of a requirements analysis.',
    unit: 'seconds',
    labels: { complexity: ['low', 'medium', 'high', 'very_high'] },
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300],
  },
  ARCHITECTURE_GENERATION_DURATION: {
    name: 'architecture_generation_duration_seconds',
    type: 'histogram',
    description: 'Time of an architecture generation.',
    unit: 'seconds',
    labels: { complexity: ['low', 'medium', 'high', 'very_high'] },
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300],
  },
  RISK_ANALYSIS_DURATION: {
    name: 'risk_analysis_duration_seconds',
    type: 'histogram',
    description: 'Time of a risk analysis.',
    unit: 'seconds',
    labels: { complexity: ['low', 'medium', 'high', 'very_high'] },
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300],
  },
  ANALYSIS_ACCURACY_SCORE: {
    name: 'analysis_accuracy_score',
    type: 'histogram',
    description: 'Score from 0 to 1 that reviewers gave an analysis.',
    labels: { operation: 'string' },
    buckets: [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1],
  },
  CONTEXT_ASSEMBLY_OPERATIONS: {
    name: 'context_assembly_operations_total',
    type: 'counter',
    description: 'Assemblies of context for an analysis.',
    labels: { outcome: ['ok', 'error'] },
  },
  CONTEXT7_API_CALLS_TOTAL: {
    name: 'context7_api_calls_total',
    type: 'counter',
    description: 'Calls of the Context7 API.',
    labels: { operation: 'string', outcome: ['ok', 'error'] },
  },
  PERPLEXITY_API_CALLS_TOTAL: {
    name: 'perplexity_api_calls_total',
    type: 'counter',
    description: 'Calls of the Perplexity API.',
    labels: { operation: 'string', outcome: ['ok', 'error'] },
  },
  EXTERNAL_API_ERRORS_TOTAL: {
    name: 'external_api_errors_total',
    type: 'counter',
    description: 'Failed calls of external APIs.',
    labels: { service: 'string', error_type: 'string' },
  },
  EXTERNAL_API_DURATION: {
    name: 'external_api_duration_seconds',
    type: 'histogram',
    description: 'Time a call of an external API took.',
    unit: 'seconds',
    labels: { service: 'string', operation: 'string' },
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  },
  API_RATE_LIMIT_HITS: {
    name: 'api_rate_limit_hits_total',
    type: 'counter',
    description: 'Calls that an external API refused because of its rate limit.',
    labels: { service: 'string' },
  },
  BUSINESS_EVENTS_IGNORED: {
    name: 'business_events_ignored_total',
    type: 'counter',
    description: 'Business events that did not count, wholly or in part: duplicates, departures from an empty status.',
    labels: { event: 'string', reason: ['duplicate', 'empty_status', 'unknown_value'] },
  },
} as const;

/** Names of the business metrics. */
export const BusinessMetrics: NamesOf<typeof BusinessMetricDefinitions> = namesOf(BusinessMetricDefinitions);
