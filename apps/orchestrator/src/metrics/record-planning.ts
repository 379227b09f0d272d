import type { BusinessMetricsCollector } from '@bduf/metrics-business';
import type { ExternalListener } from '../external/external-listener.ts';
import type { CompletedWork, PlanningEvent, PlanningEvents } from '../events/planning-events.ts';

/** Records as business metrics what happens to projects. Returns a function that ends it. */
export function recordPlanning(events: PlanningEvents, business: BusinessMetricsCollector): () => void {
  return events.subscribe((event) => {
    recordFact(event, business);
    const { stage, tasks = [] } = event;
    if (stage !== undefined) business.recordProjectStatusChange(stage.from, stage.to);
    for (const { from, to, count } of tasks) {
      for (let task = 0; task < count; task++) business.recordTaskStatusChange(from, to);
    }
  });
}

/** Makes the listener that records calls of external services. */
export function externalCallRecorder(business: BusinessMetricsCollector): ExternalListener {
  return ({ service, operation, seconds, failure }) =>
    business.recordExternalApiCall(service, operation, failure === undefined, seconds, {
      ...(failure !== undefined && { errorType: failure, isRateLimited: failure === 'rate_limited' }),
    });
}

function recordFact(event: PlanningEvent, business: BusinessMetricsCollector): void {
  const projectId = String(event.projectId);
  switch (event.type) {
    case 'project_created':
      return business.recordProjectCreated(event.complexity, event.stakeholders);
    case 'requirements_analyzed':
      return business.recordAnalysisOperation('requirements', event.seconds, event.complexity);
    case 'architecture_generated':
      business.recordAnalysisOperation('architecture', event.seconds, event.complexity);
      return business.recordAnalysisOperation('risk', event.riskSeconds, event.complexity);
    case 'tasks_planned':
      for (const { type, estimatedHours } of event.planned) business.recordTaskCreated(type, estimatedHours);
      return undefined;
    case 'task_completed':
      return business.recordTaskCompleted(String(event.taskId), event.actualHours, event.estimatedHours);
    case 'approval_decided':
      business.recordApprovalDecision(event.decision, event.hours);
      if (event.completed !== undefined) recordCompletion(projectId, event.completed, business);
      return undefined;
    case 'project_changed':
    case 'project_removed':
    case 'requirement_added':
    case 'requirement_removed':
    case 'task_started':
    case 'approval_requested':
      // The changes that come with them are all there is to record.
      return undefined;
  }
}

function recordCompletion(projectId: string, work: CompletedWork, business: BusinessMetricsCollector): void {
  const { days, estimatedHours, actualHours } = work;
  business.recordProjectCompleted(projectId, days);
  // How near the plan came to the work: 1 when they are equal, 0.5 when one is twice the other.
  const score = Math.min(estimatedHours, actualHours) / Math.max(estimatedHours, actualHours);
  if (Number.isFinite(score)) business.recordAccuracyScore('task_estimation', score);
}
