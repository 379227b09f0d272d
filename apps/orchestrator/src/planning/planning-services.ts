import type { Clock } from '@bduf/metrics-core/interfaces';
import { AnalysisService } from '../analysis/analysis-service.ts';
import type { RequirementFacts } from '../analysis/requirement-facts.ts';
import { ApprovalService } from '../approvals/approval-service.ts';
import { ArchitectureService } from '../architecture/architecture-service.ts';
import { BoundedCache, type BoundedCacheOptions } from '../cache/bounded-cache.ts';
import type { HandlePool } from '../database/handle-pool.ts';
import { ContextService, type ProjectContext } from '../context/context-service.ts';
import { DesignDocuments } from '../documents/design-document.ts';
import { PlanningEvents } from '../events/planning-events.ts';
import type { ExternalListener } from '../external/external-listener.ts';
import { ExternalService } from '../external/external-service.ts';
import type { ProjectReport } from '../projects/project-report.ts';
import { ProjectService } from '../projects/project-service.ts';
import { RequirementService } from '../requirements/requirement-service.ts';
import type { RequirementReader } from '../reading/requirement-reader.ts';
import type { PlanningContext } from '../store/planning-context.ts';
import { PlanningStore } from '../store/planning-store.ts';
import { TaskService } from '../tasks/task-service.ts';

/** All services of the workflow. */
export interface PlanningServices {
  readonly store: PlanningStore;
  readonly events: PlanningEvents;
  readonly projects: ProjectService;
  readonly requirements: RequirementService;
  readonly analysis: AnalysisService;
  readonly architecture: ArchitectureService;
  readonly tasks: TaskService;
  readonly approvals: ApprovalService;
  readonly documents: DesignDocuments;
  readonly context: ContextService;
  readonly caches: PlanningCaches;
}

/** The caches of the services, by name. */
export interface PlanningCaches {
  readonly requirement_facts: BoundedCache<RequirementFacts>;
  readonly project_reports: BoundedCache<ProjectReport>;
  readonly project_context: BoundedCache<ProjectContext>;
}

/** What the services work with. */
export interface PlanningResources {
  readonly pool: HandlePool;
  readonly clock: Clock;
  readonly reader: RequirementReader;
  /** Where the external services are, without a slash at the end. */
  readonly externalUrls: { readonly context7: string; readonly perplexity: string };
  readonly listeners: PlanningListeners;
}

/** Who is told of what, to make metrics of it. */
export interface PlanningListeners {
  /** Makes the function that is told of each entry that leaves a cache. */
  readonly disposedFrom: (cache: keyof PlanningCaches) => BoundedCacheOptions['onDisposed'];
  readonly external: ExternalListener;
  readonly contextAssembled: (outcome: 'ok' | 'error') => void;
}

/** Facts of some dozen requirements, so that a demonstration of a few minutes evicts. */
const FACT_CACHE_BYTES = 40_000;
const REPORT_CACHE_BYTES = 200_000;

const CONTEXT_CACHE_BYTES = 50_000;
const CONTEXT_TTL_MS = 60_000;
const EXTERNAL_TIMEOUT_MS = 1000;

/** Creates the services of the workflow. */
export function createPlanningServices(resources: PlanningResources): PlanningServices {
  const { pool, clock, reader } = resources;
  const store = new PlanningStore(pool);
  const events = new PlanningEvents();
  const context: PlanningContext = { store, events, clock };
  const caches = createCaches(resources.listeners);
  const { requirement_facts: facts, project_reports: reports } = caches;
  return {
    store,
    events,
    projects: new ProjectService(context, reports),
    requirements: new RequirementService(context),
    analysis: new AnalysisService(context, reader, facts),
    architecture: new ArchitectureService(context),
    tasks: new TaskService(context),
    approvals: new ApprovalService(context),
    documents: new DesignDocuments(context),
    context: createContextService(resources, caches.project_context),
    caches,
  };
}

function createCaches({ disposedFrom }: PlanningListeners): PlanningCaches {
  const options = (name: keyof PlanningCaches, maxBytes: number): BoundedCacheOptions => ({
    maxBytes,
    onDisposed: disposedFrom(name),
  });
  return {
    requirement_facts: new BoundedCache(options('requirement_facts', FACT_CACHE_BYTES)),
    project_reports: new BoundedCache(options('project_reports', REPORT_CACHE_BYTES)),
    project_context: new BoundedCache({ ...options('project_context', CONTEXT_CACHE_BYTES), ttlMs: CONTEXT_TTL_MS }),
  };
}

function createContextService(
  { clock, externalUrls, listeners }: PlanningResources,
  cache: BoundedCache<ProjectContext>,
): ContextService {
  const service = (name: 'context7' | 'perplexity'): ExternalService =>
    new ExternalService({
      name,
      url: externalUrls[name],
      timeoutMs: EXTERNAL_TIMEOUT_MS,
      clock,
      listener: listeners.external,
    });
  return new ContextService({
    context7: service('context7'),
    perplexity: service('perplexity'),
    cache,
    onAssembled: listeners.contextAssembled,
  });
}
