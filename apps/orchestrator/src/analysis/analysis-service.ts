import type { BoundedCache } from '../cache/bounded-cache.ts';
import type { StoredDocument } from '../documents/document-repository.ts';
import { conflict, notFound } from '../errors/service-error.ts';
import { DESIGN_STAGES, requireStage } from '../projects/project-stage.ts';
import type { RequirementReader } from '../reading/requirement-reader.ts';
import { isoNow, type PlanningContext, publish } from '../store/planning-context.ts';
import { analyzeRequirements } from './analyze-requirements.ts';
import type { RequirementFacts } from './requirement-facts.ts';
import { ANALYSIS_DOCUMENT, type RequirementsAnalysis } from './requirements-analysis.ts';
import { TimeSlices } from './time-slices.ts';

/** Analyses requirements and keeps the results. */
export class AnalysisService {
  readonly #context: PlanningContext;
  readonly #reader: RequirementReader;
  readonly #facts: BoundedCache<RequirementFacts>;

  /**
   * @param reader - Reads requirement texts.
   * @param facts - Keeps what was read.
   */
  constructor(context: PlanningContext, reader: RequirementReader, facts: BoundedCache<RequirementFacts>) {
    this.#context = context;
    this.#reader = reader;
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
      const slices = new TimeSlices(signal);
      const facts = await this.#factsOf(new Set(requirements.map(({ text }) => text)), slices);
      const read = requirements.flatMap(({ id, text }) => {
        const known = facts.get(text);
        return known === undefined ? [] : [{ id, facts: known }];
      });
      const body = await analyzeRequirements(read, slices);

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

  /** The facts of all texts: those that are known, and the others as they are read now. */
  async #factsOf(texts: ReadonlySet<string>, slices: TimeSlices): Promise<ReadonlyMap<string, RequirementFacts>> {
    const facts = new Map<string, RequirementFacts>();
    const unknown: string[] = [];
    for (const text of texts) {
      const known = this.#facts.get(text);
      if (known === undefined) unknown.push(text);
      else facts.set(text, known);
    }
    for (const [text, read] of await this.#reader.readAll(unknown, slices)) {
      facts.set(text, read);
      this.#facts.set(text, read);
    }
    return facts;
  }
}
