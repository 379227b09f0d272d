import type { Clock } from '@bduf/metrics-core/interfaces';
import { AnalysisService } from './analysis/analysis-service.ts';
import type { RequirementFacts } from './analysis/requirement-facts.ts';
import { ApprovalService } from './approvals/approval-service.ts';
import { ArchitectureService } from './architecture/architecture-service.ts';
import { BoundedCache } from './cache/bounded-cache.ts';
import type { CacheListener } from './cache/cache-listener.ts';
import type { HandlePool } from './database/handle-pool.ts';
import { DesignDocuments } from './documents/design-document.ts';
import { PlanningEvents } from './events/planning-events.ts';
import type { ProjectReport } from './projects/project-report.ts';
import { ProjectService } from './projects/project-service.ts';
import { RequirementService } from './requirements/requirement-service.ts';
import type { PlanningContext } from './store/planning-context.ts';
import { PlanningStore } from './store/planning-store.ts';
import { TaskService } from './tasks/task-service.ts';

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
}

/** What the services work with. */
export interface PlanningResources {
  readonly pool: HandlePool;
  readonly clock: Clock;
  readonly cacheListener: CacheListener;
}

/** Facts of some hundred requirements, so that a busy demonstration evicts now and then. */
const FACT_CACHE_BYTES = 100_000;
const REPORT_CACHE_BYTES = 200_000;

/** Creates the services of the workflow. */
export function createPlanningServices({ pool, clock, cacheListener: listener }: PlanningResources): PlanningServices {
  const store = new PlanningStore(pool);
  const events = new PlanningEvents();
  const context: PlanningContext = { store, events, clock };
  const facts = new BoundedCache<RequirementFacts>({
    name: 'requirement_facts',
    maxBytes: FACT_CACHE_BYTES,
    listener,
  });
  const reports = new BoundedCache<ProjectReport>({ name: 'project_reports', maxBytes: REPORT_CACHE_BYTES, listener });
  return {
    store,
    events,
    projects: new ProjectService(context, reports),
    requirements: new RequirementService(context),
    analysis: new AnalysisService(context, facts),
    architecture: new ArchitectureService(context),
    tasks: new TaskService(context),
    approvals: new ApprovalService(context),
    documents: new DesignDocuments(context),
  };
}
