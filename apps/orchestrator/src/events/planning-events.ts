/** What can happen to a project. */
export type PlanningEventType =
  | 'project_created'
  | 'project_changed'
  | 'project_removed'
  | 'requirement_added'
  | 'requirement_removed'
  | 'requirements_analyzed'
  | 'architecture_generated'
  | 'tasks_planned'
  | 'task_started'
  | 'task_completed'
  | 'approval_requested'
  | 'approval_decided';

/** Something that has happened to a project and is stored. */
export interface PlanningEvent {
  readonly type: PlanningEventType;
  readonly projectId: number;
  /** ISO time. */
  readonly at: string;
}

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
