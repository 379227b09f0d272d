import type { ComplexityLevel } from '../analysis/complexity.ts';
import type { ApprovalDecision } from '../approvals/approval.ts';
import type { ProjectStatus } from '../projects/project.ts';
import type { TaskStatus, TaskType } from '../tasks/task.ts';

/** What has happened to a project, and what there is to know about it. */
export type PlanningFact =
  | { readonly type: 'project_created'; readonly complexity: ComplexityLevel; readonly stakeholders: number }
  | { readonly type: 'requirements_analyzed'; readonly complexity: ComplexityLevel; readonly seconds: number }
  | {
      readonly type: 'architecture_generated';
      readonly complexity: ComplexityLevel;
      /** Time that the design took, and the assessment of its risks. */
      readonly seconds: number;
      readonly riskSeconds: number;
    }
  | {
      readonly type: 'tasks_planned';
      readonly planned: readonly { readonly type: TaskType; readonly estimatedHours: number }[];
    }
  | {
      readonly type: 'task_completed';
      readonly taskId: number;
      readonly estimatedHours: number;
      readonly actualHours: number;
    }
  | {
      readonly type: 'approval_decided';
      readonly decision: ApprovalDecision;
      /** Time since it was asked for. */
      readonly hours: number;
      /** Set when the decision has completed the project. */
      readonly completed?: CompletedWork;
    }
  | {
      readonly type:
        | 'project_changed'
        | 'project_removed'
        | 'requirement_added'
        | 'requirement_removed'
        | 'task_started'
        | 'approval_requested';
    };

/** What a completed project took. */
export interface CompletedWork {
  /** Time since it was created. */
  readonly days: number;
  readonly estimatedHours: number;
  readonly actualHours: number;
}

/** A number of tasks that went from one status to another. Tasks that are planned anew or removed are cancelled. */
export interface TaskChange {
  readonly from: TaskStatus;
  readonly to: TaskStatus | 'cancelled';
  readonly count: number;
}

/** The status of a project before and after something has happened. */
export interface StageChange {
  readonly from: ProjectStatus;
  readonly to: ProjectStatus;
}

/** What an event has changed beside the thing that it tells of. */
export interface PlanningChanges {
  /** Left out when the project stayed in its stage. A project that is removed is cancelled. */
  readonly stage?: StageChange;
  /** Left out when no task changed. */
  readonly tasks?: readonly TaskChange[];
}

/** Something that has happened to a project and is stored. */
export type PlanningEvent = PlanningFact &
  PlanningChanges & {
    readonly projectId: number;
    /** ISO time. */
    readonly at: string;
  };

/** Is told of events. It returns quickly and does not throw. */
export type PlanningEventListener = (event: PlanningEvent) => void;

/** Tells everybody who wants to know what happens to projects. */
export class PlanningEvents {
  readonly #listeners = new Set<PlanningEventListener>();

  /** Adds a listener. Returns a function that removes it. */
  subscribe(listener: PlanningEventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells all listeners. */
  publish(event: PlanningEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
