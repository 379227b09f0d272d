/** The stages of a project, and the ways in which it can stop. */
export const PROJECT_STATUSES = [
  'planning',
  'analysis',
  'design',
  'in_progress',
  'review',
  'completed',
  'on_hold',
  'cancelled',
] as const;
/** The stages of a project, and the ways in which it can stop. */
export type ProjectStatus = (typeof PROJECT_STATUSES)[number];

/** A project: what is to be built and for whom. */
export interface Project {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  /** Names of the people who decide about it. */
  readonly stakeholders: readonly string[];
  readonly status: ProjectStatus;
  /** Counts changes of the requirements, so that what was derived from older ones can be recognised. */
  readonly revision: number;
  /** ISO time. */
  readonly createdAt: string;
  /** ISO time; null until it is completed. */
  readonly completedAt: string | null;
}
