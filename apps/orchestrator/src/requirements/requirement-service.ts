import { conflict } from '../errors/service-error.ts';
import { DESIGN_STAGES, requireStage } from '../projects/project-stage.ts';
import type { ProjectStatus } from '../projects/project.ts';
import type { Repositories } from '../store/planning-store.ts';
import { isoNow, type PlanningContext, publish } from '../store/planning-context.ts';
import type { Requirement, RequirementInput } from './requirement.ts';

/** Collects the requirements of projects. Each change takes the project back to the stage `planning`. */
export class RequirementService {
  readonly #context: PlanningContext;

  constructor(context: PlanningContext) {
    this.#context = context;
  }

  /**
   * Adds a requirement to a project.
   *
   * @throws ServiceError `not_found`; `conflict` when the work has begun or it depends on an unknown requirement.
   */
  async add(projectId: number, input: RequirementInput): Promise<Requirement> {
    const { requirement, from } = await this.#context.store.write((repositories) => {
      const stage = this.#changeRequirements(repositories, projectId, 'add a requirement');
      const known = new Set(repositories.requirements.list(projectId).map(({ id }) => id));
      const unknown = input.dependsOn.find((id) => !known.has(id));
      if (unknown !== undefined) throw conflict(`Requirement ${unknown} is none of project ${projectId}.`);
      return { requirement: repositories.requirements.insert(projectId, input, isoNow(this.#context)), from: stage };
    });
    publish(this.#context, projectId, { type: 'requirement_added' }, { stage: { from, to: 'planning' } });
    return requirement;
  }

  /** @throws ServiceError `not_found`. */
  get(projectId: number, requirementId: number): Promise<Requirement> {
    return this.#context.store.read(({ requirements }) => requirements.get(projectId, requirementId));
  }

  /**
   * All requirements of a project, oldest first.
   *
   * @throws ServiceError `not_found`.
   */
  list(projectId: number): Promise<readonly Requirement[]> {
    return this.#context.store.read(({ projects, requirements }) => requirements.list(projects.get(projectId).id));
  }

  /**
   * Removes a requirement.
   *
   * @throws ServiceError `not_found`; `conflict` when the work has begun or another requirement depends on it.
   */
  async remove(projectId: number, requirementId: number): Promise<void> {
    const from = await this.#context.store.write((repositories) => {
      const stage = this.#changeRequirements(repositories, projectId, 'remove a requirement');
      const { id } = repositories.requirements.get(projectId, requirementId);
      const dependent = repositories.requirements.list(projectId).find(({ dependsOn }) => dependsOn.includes(id));
      if (dependent !== undefined) throw conflict(`Requirement ${dependent.id} depends on requirement ${id}.`);
      repositories.requirements.remove(id);
      return stage;
    });
    publish(this.#context, projectId, { type: 'requirement_removed' }, { stage: { from, to: 'planning' } });
  }

  /** Returns the stage that the project was in. */
  #changeRequirements({ projects }: Repositories, projectId: number, what: string): ProjectStatus {
    const project = projects.get(projectId);
    requireStage(project, DESIGN_STAGES, what);
    projects.update({ ...project, status: 'planning', revision: project.revision + 1 });
    return project.status;
  }
}
