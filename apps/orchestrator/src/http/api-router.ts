import { Router } from 'express';
import { createAnalysisRouter } from '../analysis/analysis-router.ts';
import { createApprovalRouter } from '../approvals/approval-router.ts';
import { createArchitectureRouter } from '../architecture/architecture-router.ts';
import { createContextRouter } from '../context/context-router.ts';
import { createDesignDocumentRouter } from '../documents/design-document-router.ts';
import { createEventStream } from '../events/event-stream.ts';
import type { PlanningServices } from '../planning/planning-services.ts';
import { createProjectRouter } from '../projects/project-router.ts';
import { createRequirementRouter } from '../requirements/requirement-router.ts';
import type { SessionListener } from '../sessions/session-listener.ts';
import { createTaskRouter } from '../tasks/task-router.ts';

/** Routes of the whole REST API, to be mounted at `/api`. */
export function createApiRouter(services: PlanningServices, onSession: SessionListener): Router {
  const project = Router({ mergeParams: true });
  project.use('/requirements', createRequirementRouter(services.requirements));
  project.use('/analysis', createAnalysisRouter(services.analysis));
  project.use('/architecture', createArchitectureRouter(services.architecture));
  project.use('/tasks', createTaskRouter(services.tasks));
  project.use('/approvals', createApprovalRouter(services.approvals));
  project.use('/design-document', createDesignDocumentRouter(services.documents));

  const api = Router();
  api.get('/events', createEventStream(services.events, onSession));
  api.use('/context', createContextRouter(services.context));
  api.use('/projects', createProjectRouter(services.projects));
  api.use('/projects/:projectId', project);
  return api;
}
