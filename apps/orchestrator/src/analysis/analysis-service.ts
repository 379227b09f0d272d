import type { BoundedCache } from '../cache/bounded-cache.ts';
import type { StoredDocument } from '../documents/document-repository.ts';
import { conflict, notFound } from '../errors/service-error.ts';
import { DESIGN_STAGES, requireStage } from '../projects/project-stage.ts';
import { isoNow, type PlanningContext, publish } from '../store/planning-context.ts';
import { analyzeRequirements } from './analyze-requirements.ts';
import { readRequirement, type RequirementFacts } from './requirement-facts.ts';
import { ANALYSIS_DOCUMENT, type RequirementsAnalysis } from './requirements-analysis.ts';
import { TimeSlices } from './time-slices.ts';

/** Analyses requirements and keeps the results. */
export class AnalysisService {
  readonly #context: PlanningContext;
  readonly #facts: BoundedCache<RequirementFacts>;

  /** @param facts - Keeps what was read out of requirement texts. */
  constructor(context: PlanningContext, facts: BoundedCache<RequirementFacts>) {
    this.#context = context;
    this.#facts = facts;
  }

  /**
   * Analyses the requirements of a project as they are, and stores the result.
   *
   * @param signal - Gives up when aborted.
   * @throws ServiceError `not_found`; `conflict` when the work has begun, there are no requirements, or they change
   * during the analysis.
   */
  analyze(projectId: number, signal?: AbortSignal): Promise<StoredDocument<RequirementsAnalysis>> {
    return this.#context.store.hold(async (unit) => {
      const { project, requirements } = unit.read(({ projects, requirements: all }) => ({
        project: projects.get(projectId),
        requirements: all.list(projectId),
      }));
      requireStage(project, DESIGN_STAGES, 'analyze requirements');
      if (requirements.length === 0) throw conflict(`Project ${projectId} has no requirements to analyze.`);

      const startMs = this.#context.clock.monotonicMs();
      const tools = { factsOf: (text: string) => this.#factsOf(text), slices: new TimeSlices(signal) };
      const body = await analyzeRequirements(requirements, tools);

      const seconds = (this.#context.clock.monotonicMs() - startMs) / 1000;
      const analysis = { revision: project.revision, body, createdAt: isoNow(this.#context) };
      const from = unit.write(({ projects, documents }) => {
        const current = projects.get(projectId);
        if (current.revision !== analysis.revision) {
          throw conflict(`The requirements of project ${projectId} changed during the analysis. Analyze them again.`);
        }
        documents.save(projectId, ANALYSIS_DOCUMENT, analysis);
        projects.update({ ...current, status: 'analysis' });
        return current.status;
      });
      const { level: complexity } = body.complexity;
      publish(
        this.#context,
        projectId,
        { type: 'requirements_analyzed', complexity, seconds },
        { stage: { from, to: 'analysis' } },
      );
      return analysis;
    }, signal);
  }

  /**
   * The last analysis of a project.
   *
   * @throws ServiceError `not_found`.
   */
  latest(projectId: number): Promise<StoredDocument<RequirementsAnalysis>> {
    return this.#context.store.read(({ projects, documents }) => {
      const { id } = projects.get(projectId);
      const analysis = documents.find(id, ANALYSIS_DOCUMENT);
      if (analysis === undefined) throw notFound('analysis of project', id);
      return analysis;
    });
  }

  #factsOf(text: string): RequirementFacts {
    const known = this.#facts.get(text);
    if (known !== undefined) return known;
    const facts = readRequirement(text);
    this.#facts.set(text, facts);
    return facts;
  }
}
