/** Tools of the workflow. */
export const PLANNING_TOOLS: readonly string[] = [
  'add_requirement',
  'analyze_requirements',
  'complete_task',
  'create_project',
  'decide_approval',
  'generate_architecture',
  'plan_tasks',
  'project_status',
  'request_approval',
  'search_context',
  'start_task',
];

/** Tools by which models ask for metrics; they are in no metric themselves. */
export const METRIC_TOOLS: readonly string[] = ['health', 'list_alerts', 'query_metric', 'search_metrics'];

/** The tool by which models break the service; nobody calls it in passing. */
export const CHAOS_TOOL = 'inject_fault';
