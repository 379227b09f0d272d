import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { approvalRequestSchema, approvalVerdictSchema } from '../approvals/approval.ts';
import type { PlanningServices } from '../planning/planning-services.ts';
import { taskResultSchema } from '../tasks/task.ts';
import { projectId, projectOnly } from './project-id.ts';
import { toolResult } from './tool-result.ts';

const taskId = z.number().int().positive().describe('Id of the task, as plan_tasks has given it');
const approvalId = z.number().int().positive().describe('Id of the approval, as request_approval has given it');

// Made once: in the modern era each request gets a server of its own.
const requestApproval = approvalRequestSchema.extend({ projectId });
const decideApproval = approvalVerdictSchema.extend({ projectId, approvalId });
const startTask = projectOnly.extend({ taskId });
const completeTask = taskResultSchema.extend({ projectId, taskId });

/** Registers the tools that lead from a plan to the delivery. */
export function registerDeliveryTools(server: McpServer, services: PlanningServices): void {
  server.registerTool(
    'request_approval',
    {
      description: 'Asks the stakeholders to approve the plan before the work, or the delivery after it.',
      inputSchema: requestApproval,
    },
    async ({ projectId: id, ...request }) => toolResult(await services.approvals.request(id, request)),
  );
  server.registerTool(
    'decide_approval',
    {
      description: 'Approves or rejects, in the name of a stakeholder other than the one who asked.',
      inputSchema: decideApproval,
    },
    async ({ projectId: id, approvalId: approval, ...verdict }) =>
      toolResult(await services.approvals.decide(id, approval, verdict)),
  );
  server.registerTool(
    'start_task',
    {
      description: 'Begins the work on a task whose plan is approved and which waits for no other.',
      inputSchema: startTask,
    },
    async ({ projectId: id, taskId: task }) => toolResult(await services.tasks.start(id, task)),
  );
  server.registerTool(
    'complete_task',
    {
      description: 'Ends the work on a task and frees those that waited for it.',
      inputSchema: completeTask,
    },
    async ({ projectId: id, taskId: task, ...result }) => toolResult(await services.tasks.complete(id, task, result)),
  );
  server.registerTool(
    'project_status',
    {
      description: 'Tells where a project stands: stage, progress, hours, what to do next, open approvals.',
      inputSchema: projectOnly,
      annotations: { readOnlyHint: true, idempotentHint: true },
    },
    async ({ projectId: id }) => toolResult(await services.projects.report(id)),
  );
}
