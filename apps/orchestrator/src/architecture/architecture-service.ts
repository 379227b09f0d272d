import { ANALYSIS_DOCUMENT } from '../analysis/requirements-analysis.ts';
import type { StoredDocument } from '../documents/document-repository.ts';
import { conflict, notFound } from '../errors/service-error.ts';
import { DESIGN_STAGES, requireStage } from '../projects/project-stage.ts';
import { isoNow, type PlanningContext, publish } from '../store/planning-context.ts';
import { type Architecture, ARCHITECTURE_DOCUMENT } from './architecture.ts';
import { assessRisks } from './assess-risks.ts';
import { designComponents } from './design-components.ts';

/** Derives architectures from analysed requirements and keeps them. */
export class ArchitectureService {
  readonly #context: PlanningContext;

  constructor(context: PlanningContext) {
    this.#context = context;
  }

  /**
   * Derives the architecture of a project from the analysis of its requirements, and stores it.
   *
   * @throws ServiceError `not_found`; `conflict` when the work has begun or the analysis is missing or outdated.
   */
  async generate(projectId: number): Promise<StoredDocument<Architecture>> {
    const { clock } = this.#context;
    const { architecture, from, fact } = await this.#context.store.write(({ projects, documents }) => {
      const project = projects.get(projectId);
      requireStage(project, DESIGN_STAGES, 'generate the architecture');
      const analysis = documents.find(projectId, ANALYSIS_DOCUMENT);
      if (analysis?.revision !== project.revision) {
        throw conflict(`The requirements of project ${projectId} have to be analyzed first, in their current state.`);
      }
      const startMs = clock.monotonicMs();
      const components = designComponents(analysis.body);
      const designedMs = clock.monotonicMs();
      const body = { components, risks: assessRisks(analysis.body, components) };
      const riskSeconds = (clock.monotonicMs() - designedMs) / 1000;
      const document = { revision: project.revision, body, createdAt: isoNow(this.#context) };
      documents.save(projectId, ARCHITECTURE_DOCUMENT, document);
      projects.update({ ...project, status: 'design' });
      return {
        architecture: document,
        from: project.status,
        fact: {
          type: 'architecture_generated' as const,
          complexity: analysis.body.complexity.level,
          seconds: (designedMs - startMs) / 1000,
          riskSeconds,
        },
      };
    });
    publish(this.#context, projectId, fact, { stage: { from, to: 'design' } });
    return architecture;
  }

  /**
   * The last architecture of a project.
   *
   * @throws ServiceError `not_found`.
   */
  latest(projectId: number): Promise<StoredDocument<Architecture>> {
    return this.#context.store.read(({ projects, documents }) => {
      const { id } = projects.get(projectId);
      const architecture = documents.find(id, ARCHITECTURE_DOCUMENT);
      if (architecture === undefined) throw notFound('architecture of project', id);
      return architecture;
    });
  }
}
