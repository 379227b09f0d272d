import type { Clock, Registerer } from '@bduf/metrics-core/interfaces';
import { systemClock } from '@bduf/metrics-core/primitives';
import { ActiveUsers } from './active-users/active-users.ts';
import { type BusinessInstruments, createBusinessInstruments } from './business-instruments.ts';
import { type ComplexityLevel, ProjectStatus, TaskStatus } from './planning-terms.ts';
import { SeenEvents } from './seen-events.ts';
import { StatusBalance } from './status-balance.ts';

/** Options of a {@link BusinessMetricsCollector}. */
export interface BusinessMetricsOptions {
  /** Event ids that are remembered to recognise duplicates. Integer ≥ 1, default 10 000. */
  readonly rememberedEvents?: number;
  /** Source of time. Default: the machine's. */
  readonly clock?: Clock;
}

/** What a caller may say of an event beside its content. */
export interface BusinessEvent {
  /**
   * Identifies the event. One that was recorded before is ignored and counted. Events that carry ids may also come in any
   * order; without ids a departure from an empty status is not counted.
   */
  readonly eventId?: string;
}

/** What a caller may say of a call of an external API. */
export interface ExternalApiCall extends BusinessEvent {
  /** Why it failed: a class or code, never a message. Default `error`. */
  readonly errorType?: string;
  /** Whether the service refused it because of its rate limit. */
  readonly isRateLimited?: boolean;
}

/** An analysis that is timed. */
export type AnalysisOperation = 'requirements' | 'architecture' | 'risk';
/** An external service that is called. */
export type ExternalService = 'context7' | 'perplexity';

/**
 * Records the business metrics of a planning service. Ids of users, projects, tasks and sessions are never labels and
 * are not kept. No method throws because of what it is told: the collector drops and counts what makes no sense.
 */
export class BusinessMetricsCollector {
  readonly #instruments: BusinessInstruments;
  readonly #activeUsers: ActiveUsers;
  readonly #projects = new StatusBalance<ProjectStatus>();
  readonly #tasks = new StatusBalance<TaskStatus>();
  readonly #seen: SeenEvents;

  /** @param metrics - Where the metrics are defined; usually a `MetricsCollector`. */
  constructor(metrics: Registerer, options: BusinessMetricsOptions = {}) {
    this.#activeUsers = new ActiveUsers(options.clock ?? systemClock);
    this.#seen = new SeenEvents(options.rememberedEvents ?? 10_000);
    this.#instruments = createBusinessInstruments(metrics, {
      activeUsers: this.#activeUsers,
      projects: this.#projects,
      tasks: this.#tasks,
    });
  }

  /** A project was created; it is in planning. */
  recordProjectCreated(complexity: ComplexityLevel, stakeholderCount: number, event?: BusinessEvent): void {
    if (this.#isDuplicate('project_created', event)) return;
    this.#instruments.PROJECTS_CREATED_TOTAL.inc({ complexity });
    this.#instruments.PROJECT_COMPLEXITY_DISTRIBUTION.observe({ complexity }, stakeholderCount);
    this.#projects.arrive(ProjectStatus.PLANNING);
  }

  /**
   * A project was completed. Its change of status is recorded by `recordProjectStatusChange`.
   *
   * @param _projectId - Not kept.
   * @param durationDays - Days since its creation.
   */
  recordProjectCompleted(_projectId: string, durationDays: number, event?: BusinessEvent): void {
    if (this.#isDuplicate('project_completed', event)) return;
    this.#instruments.PROJECTS_COMPLETED_TOTAL.inc();
    this.#instruments.PROJECT_DURATION.observe(durationDays);
  }

  /** A project went from one status to another. */
  recordProjectStatusChange(from: ProjectStatus, to: ProjectStatus, event?: BusinessEvent): void {
    if (this.#isDuplicate('project_status_change', event)) return;
    this.#move(this.#projects, Object.values(ProjectStatus), from, to, 'project_status_change', event);
  }

  /**
   * A task was created; it is pending.
   *
   * @param taskType - Kind of task. The first 100 kinds are told apart.
   * @param _estimatedHours - Compared with the actual hours when the task is completed.
   */
  recordTaskCreated(taskType: string, _estimatedHours: number, event?: BusinessEvent): void {
    if (this.#isDuplicate('task_created', event)) return;
    this.#instruments.TASKS_CREATED_TOTAL.inc({ task_type: taskType });
    this.#tasks.arrive(TaskStatus.PENDING);
  }

  /**
   * A task was completed. Its change of status is recorded by `recordTaskStatusChange`.
   *
   * @param _taskId - Not kept.
   * @param actualHours - Hours it took.
   * @param estimatedHours - Hours it was thought to take; accuracy is recorded when it is above 0.
   */
  recordTaskCompleted(_taskId: string, actualHours: number, estimatedHours: number, event?: BusinessEvent): void {
    if (this.#isDuplicate('task_completed', event)) return;
    this.#instruments.TASKS_COMPLETED_TOTAL.inc();
    this.#instruments.TASK_COMPLETION_TIME.observe(actualHours);
    if (estimatedHours > 0) this.#instruments.TASK_ESTIMATION_ACCURACY.observe(actualHours / estimatedHours);
  }

  /** A task went from one status to another. */
  recordTaskStatusChange(from: TaskStatus, to: TaskStatus, event?: BusinessEvent): void {
    if (this.#isDuplicate('task_status_change', event)) return;
    this.#move(this.#tasks, Object.values(TaskStatus), from, to, 'task_status_change', event);
  }

  /**
   * A user was seen; counted as active for 15 minutes and for 24 hours.
   *
   * @param userId - Hashed with a random salt, not kept.
   */
  recordUserLogin(userId: string): void {
    this.#activeUsers.see(userId);
  }

  /** A session began. */
  recordSessionStart(sessionType: 'collaboration' | 'individual', event?: BusinessEvent): void {
    if (this.#isDuplicate('session_start', event)) return;
    if (sessionType === 'collaboration') this.#instruments.COLLABORATION_SESSIONS_TOTAL.inc();
  }

  /**
   * A session ended.
   *
   * @param _sessionId - Not kept.
   * @param durationMinutes - How long it lasted.
   */
  recordSessionEnd(_sessionId: string, durationMinutes: number, event?: BusinessEvent): void {
    if (this.#isDuplicate('session_end', event)) return;
    this.#instruments.USER_SESSION_DURATION.observe(durationMinutes);
  }

  /** An analysis took that many seconds. */
  recordAnalysisOperation(
    operation: AnalysisOperation,
    durationSeconds: number,
    complexity: ComplexityLevel,
    event?: BusinessEvent,
  ): void {
    if (this.#isDuplicate('analysis', event)) return;
    switch (operation) {
      case 'requirements':
        return this.#instruments.REQUIREMENTS_ANALYSIS_DURATION.observe({ complexity }, durationSeconds);
      case 'architecture':
        return this.#instruments.ARCHITECTURE_GENERATION_DURATION.observe({ complexity }, durationSeconds);
      case 'risk':
        return this.#instruments.RISK_ANALYSIS_DURATION.observe({ complexity }, durationSeconds);
      default:
        // Untyped callers only.
        return this.#ignore('analysis', 'unknown_value');
    }
  }

  /**
   * A reviewer scored an analysis.
   *
   * @param operation - What was analysed.
   * @param score - From 0 to 1.
   */
  recordAccuracyScore(operation: string, score: number, event?: BusinessEvent): void {
    if (this.#isDuplicate('accuracy_score', event)) return;
    this.#instruments.ANALYSIS_ACCURACY_SCORE.observe({ operation }, score);
  }

  /** An approval was decided, that many hours after it was asked for. */
  recordApprovalDecision(decision: 'approved' | 'rejected', durationHours: number, event?: BusinessEvent): void {
    if (this.#isDuplicate('approval_decision', event)) return;
    this.#instruments.APPROVAL_WORKFLOW_DURATION.observe({ decision }, durationHours);
  }

  /** Context for an analysis was assembled, or not. */
  recordContextAssembly(outcome: 'ok' | 'error', event?: BusinessEvent): void {
    if (this.#isDuplicate('context_assembly', event)) return;
    this.#instruments.CONTEXT_ASSEMBLY_OPERATIONS.inc({ outcome });
  }

  /**
   * An external API was called.
   *
   * @param service - Which one.
   * @param operation - Name of the operation, not of its arguments. The first 100 are told apart.
   * @param success - Whether it answered as wanted.
   * @param responseTime - Seconds until it answered or was given up.
   */
  recordExternalApiCall(
    service: ExternalService,
    operation: string,
    success: boolean,
    responseTime: number,
    call: ExternalApiCall = {},
  ): void {
    if (this.#isDuplicate('external_api_call', call)) return;
    const calls = this.#callsOf(service);
    if (calls === undefined) return this.#ignore('external_api_call', 'unknown_value');
    calls.inc({ operation, outcome: success ? 'ok' : 'error' });
    this.#instruments.EXTERNAL_API_DURATION.observe({ service, operation }, responseTime);
    if (!success) this.#instruments.EXTERNAL_API_ERRORS_TOTAL.inc({ service, error_type: call.errorType ?? 'error' });
    if (call.isRateLimited === true) this.recordRateLimitHit(service);
  }

  /** An external service refused a call because of its rate limit. */
  recordRateLimitHit(service: string, event?: BusinessEvent): void {
    if (this.#isDuplicate('rate_limit_hit', event)) return;
    this.#instruments.API_RATE_LIMIT_HITS.inc({ service });
  }

  /** Undefined for the service of an untyped caller. */
  #callsOf(service: ExternalService): BusinessInstruments['CONTEXT7_API_CALLS_TOTAL'] | undefined {
    const { CONTEXT7_API_CALLS_TOTAL, PERPLEXITY_API_CALLS_TOTAL } = this.#instruments;
    const calls: Readonly<Record<string, BusinessInstruments['CONTEXT7_API_CALLS_TOTAL']>> = {
      context7: CONTEXT7_API_CALLS_TOTAL,
      perplexity: PERPLEXITY_API_CALLS_TOTAL,
    };
    return Object.hasOwn(calls, service) ? calls[service] : undefined;
  }

  #move<Status extends string>(
    balance: StatusBalance<Status>,
    known: readonly Status[],
    from: Status,
    to: Status,
    name: string,
    event: BusinessEvent | undefined,
  ): void {
    if (!known.includes(from) || !known.includes(to)) this.#ignore(name, 'unknown_value');
    else if (!balance.move(from, to, event?.eventId !== undefined)) this.#ignore(name, 'empty_status');
  }

  #isDuplicate(name: string, event: BusinessEvent | undefined): boolean {
    if (event?.eventId === undefined || this.#seen.isNew(event.eventId)) return false;
    this.#ignore(name, 'duplicate');
    return true;
  }

  #ignore(event: string, reason: 'duplicate' | 'empty_status' | 'unknown_value'): void {
    this.#instruments.BUSINESS_EVENTS_IGNORED.inc({ event, reason });
  }
}
