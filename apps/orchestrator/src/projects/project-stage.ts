import { conflict } from '../errors/service-error.ts';
import type { Project, ProjectStatus } from './project.ts';

/** How far the work on a project has come. */
export interface ProjectProgress {
  readonly hasAnalysis: boolean;
  readonly hasArchitecture: boolean;
  readonly tasks: number;
  readonly startedTasks: number;
  readonly completedTasks: number;
}

/** The stage that the work on a project has reached, for one that nobody holds up. */
export function stageOf(progress: ProjectProgress): ProjectStatus {
  if (progress.tasks > 0 && progress.completedTasks === progress.tasks) return 'review';
  if (progress.startedTasks > 0) return 'in_progress';
  if (progress.hasArchitecture) return 'design';
  return progress.hasAnalysis ? 'analysis' : 'planning';
}

/**
 * Makes sure that a project is in one of the stages in which something may be done.
 *
 * @param what - What is to be done, to complete "Cannot …".
 * @throws ServiceError `conflict` in any other stage.
 */
export function requireStage(project: Project, stages: readonly ProjectStatus[], what: string): void {
  if (stages.includes(project.status)) return;
  throw conflict(`Cannot ${what} while project ${project.id} is ${project.status}; it must be ${stages.join(' or ')}.`);
}

/** The stages before the first task is started, in which requirements and design may change. */
export const DESIGN_STAGES: readonly ProjectStatus[] = ['planning', 'analysis', 'design'];

/** The stages in which a project is alive. */
export const OPEN_STAGES: readonly ProjectStatus[] = [...DESIGN_STAGES, 'in_progress', 'review'];
