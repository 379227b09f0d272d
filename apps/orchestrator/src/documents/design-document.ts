import { ANALYSIS_DOCUMENT, type RequirementsAnalysis } from '../analysis/requirements-analysis.ts';
import { type Architecture, ARCHITECTURE_DOCUMENT } from '../architecture/architecture.ts';
import type { Project } from '../projects/project.ts';
import type { Requirement } from '../requirements/requirement.ts';
import type { PlanningContext } from '../store/planning-context.ts';
import type { Task } from '../tasks/task.ts';

/** Takes a part of a document. Its promise settles when there is room for the next. */
export type DocumentSink = (markdown: string) => Promise<void>;

/** Writes the design of a project up as Markdown. */
export class DesignDocuments {
  readonly #context: PlanningContext;

  constructor(context: PlanningContext) {
    this.#context = context;
  }

  /**
   * Writes all that is known about a project, part by part. A handle of the database is held to the end, however slowly
   * the sink takes the parts.
   *
   * @param signal - Ends the wait for a handle when aborted.
   * @throws ServiceError `not_found`, before the first part.
   */
  write(projectId: number, sink: DocumentSink, signal?: AbortSignal): Promise<void> {
    return this.#context.store.hold(async (unit) => {
      await sink(introduction(unit.read(({ projects }) => projects.get(projectId))));
      await sink(requirementPart(unit.read(({ requirements }) => requirements.list(projectId))));
      const analysis = unit.read(({ documents }) => documents.find(projectId, ANALYSIS_DOCUMENT));
      if (analysis !== undefined) await sink(analysisPart(analysis.body));
      const architecture = unit.read(({ documents }) => documents.find(projectId, ARCHITECTURE_DOCUMENT));
      if (architecture !== undefined) await sink(architecturePart(architecture.body));
      await sink(planPart(unit.read(({ tasks }) => tasks.list(projectId))));
    }, signal);
  }
}

function introduction({ name, description, status, stakeholders }: Project): string {
  return lines(`# ${name}`, '', description, '', `Status: ${status}. Stakeholders: ${stakeholders.join(', ')}.`, '');
}

function requirementPart(requirements: readonly Requirement[]): string {
  return lines(
    '## Requirements',
    '',
    ...requirements.map(({ id, priority, text }) => `- **${id}** (${priority}) ${text}`),
    '',
  );
}

function analysisPart({ complexity, actors, ambiguities, conflicts }: RequirementsAnalysis): string {
  return lines(
    '## Analysis',
    '',
    `Complexity: ${complexity.level} (${complexity.points} points). Actors: ${actors.map(({ name }) => name).join(', ')}.`,
    '',
    ...conflicts.map(({ kind, requirements }) => `- ${requirements.join(' and ')}: ${kind.replace('_', ' ')}`),
    ...ambiguities.map(({ requirement, phrase, reason }) => `- ${requirement}: "${phrase}" is ${reason}`),
    '',
  );
}

function architecturePart({ components, risks }: Architecture): string {
  return lines(
    '## Architecture',
    '',
    '| component | layer | requirements | uses |',
    '|---|---|---|---|',
    ...components.map(
      ({ name, layer, requirements, dependsOn }) =>
        `| ${name} | ${layer} | ${requirements.join(', ')} | ${dependsOn.join(', ')} |`,
    ),
    '',
    ...risks.map(({ level, description }) => `- ${level}: ${description}`),
    '',
  );
}

function planPart(tasks: readonly Task[]): string {
  return lines(
    '## Plan',
    '',
    ...tasks.map(
      ({ id, title, estimatedHours, status, critical }) =>
        `- [${status === 'completed' ? 'x' : ' '}] ${id} ${title} (${estimatedHours} h${critical ? ', critical' : ''})`,
    ),
    '',
  );
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
