import { ANALYSIS_DOCUMENT } from '../analysis/requirements-analysis.ts';
import { ARCHITECTURE_DOCUMENT } from '../architecture/architecture.ts';
import type { BoundedCache } from '../cache/bounded-cache.ts';
import { estimateComplexity } from '../analysis/estimate-complexity.ts';
import { isoNow, type PlanningContext, publish } from '../store/planning-context.ts';
import type { Repositories } from '../store/planning-store.ts';
import type { ProjectFilter, ProjectInput, ProjectPatch } from './project-input.ts';
import { type ProjectReport, reportProject } from './project-report.ts';
import { cancelled } from '../tasks/cancelled.ts';
import { OPEN_STAGES, requireStage, stageOf } from './project-stage.ts';
import type { Project, ProjectStatus } from './project.ts';

/** Creates and leads projects, and reports where they stand. */
export class ProjectService {
  readonly #context: PlanningContext;
  readonly #reports: BoundedCache<ProjectReport>;

  /** @param reports - Keeps reports until something happens to their projects. */
  constructor(context: PlanningContext, reports: BoundedCache<ProjectReport>) {
    this.#context = context;
    this.#reports = reports;
    context.events.subscribe(({ projectId }) => reports.delete(String(projectId)));
  }

  /** Creates a project in stage `planning`. */
  async create(input: ProjectInput): Promise<Project> {
    const project = await this.#context.store.write(({ projects }) => projects.insert(input, isoNow(this.#context)));
    publish(this.#context, project.id, {
      type: 'project_created',
      complexity: estimateComplexity(input.description),
      stakeholders: input.stakeholders.length,
    });
    return project;
  }

  /** @throws ServiceError `not_found`. */
  get(projectId: number): Promise<Project> {
    return this.#context.store.read(({ projects }) => projects.get(projectId));
  }

  /** Projects, newest first. */
  list(filter: ProjectFilter): Promise<readonly Project[]> {
    return this.#context.store.read(({ projects }) => projects.list(filter));
  }

  /**
   * Changes what a project is about, holds it up, takes it up again or cancels it.
   *
   * @throws ServiceError `not_found`; `conflict` when its stage does not allow it.
   */
  async change(projectId: number, patch: ProjectPatch): Promise<Project> {
    const { changed, from } = await this.#context.store.write((repositories) => {
      const project = repositories.projects.get(projectId);
      const next: Project = {
        ...project,
        name: patch.name ?? project.name,
        description: patch.description ?? project.description,
        stakeholders: patch.stakeholders ?? project.stakeholders,
        status: statusAfter(repositories, project, patch.status),
      };
      repositories.projects.update(next);
      return { changed: next, from: project.status };
    });
    publish(this.#context, projectId, { type: 'project_changed' }, { stage: { from, to: changed.status } });
    return changed;
  }

  /**
   * Removes a project and all that belongs to it.
   *
   * @throws ServiceError `not_found`.
   */
  async remove(projectId: number): Promise<void> {
    const { from, open } = await this.#context.store.write(({ projects, tasks }) => {
      const { status } = projects.get(projectId);
      const counts = tasks.openByStatus(projectId);
      projects.remove(projectId);
      return { from: status, open: counts };
    });
    // Whoever removes a project that is over takes nothing back of what was done.
    const stage = { from, to: from === 'completed' ? from : ('cancelled' as const) };
    publish(this.#context, projectId, { type: 'project_removed' }, { stage, tasks: cancelled(open) });
  }

  /**
   * Reports where a project stands.
   *
   * @throws ServiceError `not_found`.
   */
  async report(projectId: number): Promise<ProjectReport> {
    const known = this.#reports.get(String(projectId));
    if (known !== undefined) return known;
    return this.#context.store.read((repositories) => {
      const report = readReport(repositories, projectId);
      // In the same turn as the read: no change can come between, whose event would have to delete this report.
      this.#reports.set(String(projectId), report);
      return report;
    });
  }
}

function statusAfter(
  { documents, tasks }: Repositories,
  project: Project,
  wanted: ProjectPatch['status'],
): ProjectStatus {
  if (wanted === undefined) return project.status;
  if (wanted !== 'active') {
    requireStage(project, wanted === 'on_hold' ? OPEN_STAGES : [...OPEN_STAGES, 'on_hold'], 'stop the project');
    return wanted;
  }
  requireStage(project, ['on_hold'], 'take up the project');
  return stageOf({
    hasAnalysis: documents.find(project.id, ANALYSIS_DOCUMENT)?.revision === project.revision,
    hasArchitecture: documents.find(project.id, ARCHITECTURE_DOCUMENT)?.revision === project.revision,
    ...tasks.counts(project.id),
  });
}

function readReport(repositories: Repositories, projectId: number): ProjectReport {
  const project = repositories.projects.get(projectId);
  const analysis = repositories.documents.find(projectId, ANALYSIS_DOCUMENT);
  const current = analysis?.revision === project.revision ? analysis.body : undefined;
  return reportProject({
    project,
    requirements: repositories.requirements.list(projectId).length,
    complexity: current?.complexity.level ?? null,
    findings:
      current === undefined ? null : { conflicts: current.conflicts.length, ambiguities: current.ambiguities.length },
    tasks: repositories.tasks.list(projectId),
    approvals: repositories.approvals.list(projectId),
  });
}
