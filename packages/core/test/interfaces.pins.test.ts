import { describe, expect, it } from '@jest/globals';
import * as core from '@bduf/metrics-core';
import { MetricsCollector } from '@bduf/metrics-core';
import * as interfaces from '@bduf/metrics-core/interfaces';
import type { MetricDefinition } from '@bduf/metrics-core/interfaces';

const {
  ApplicationMetricDefinitions,
  ApplicationMetrics,
  BusinessMetricDefinitions,
  BusinessMetrics,
  SystemMetricDefinitions,
  SystemMetrics,
} = interfaces;

const definitions: readonly MetricDefinition[] = [
  ...Object.values(ApplicationMetricDefinitions),
  ...Object.values(BusinessMetricDefinitions),
  ...Object.values(SystemMetricDefinitions),
];

/** `name type unit labels buckets` of each metric that the specification fixes. The expectation is frozen here. */
const CONTRACT = `
http_requests_total counter - method,route,status_code -
http_request_duration_seconds histogram seconds method,route,status_code 0.005,0.01,0.025,0.05,0.075,0.1,0.25,0.5,0.75,1,2.5,5,7.5,10
http_request_size_bytes histogram bytes method,route 100,1000,10000,100000,1000000,10000000,100000000
http_response_size_bytes histogram bytes method,route 100,1000,10000,100000,1000000,10000000,100000000
mcp_tool_executions_total counter - tool,outcome -
mcp_tool_duration_seconds histogram seconds tool,outcome 0.01,0.02,0.05,0.1,0.2,0.5,1,2,5,10,30,60,120,300
mcp_tool_errors_total counter - tool,error_type -
mcp_session_duration_seconds histogram seconds transport,protocol_version 1,5,10,30,60,300,600,1800,3600,14400
database_queries_total counter - operation,outcome -
database_query_duration_seconds histogram seconds operation 0.001,0.005,0.01,0.05,0.1,0.5,1,5,10
database_connections_active gauge - pool -
database_connections_idle gauge - pool -
cache_operations_total counter - cache,operation,result -
cache_hit_ratio gauge ratio cache -
cache_size_bytes gauge bytes cache -
cache_evictions_total counter - cache -
error_rate gauge - - -
error_count_by_type counter - error_type,component -
critical_errors_total counter - component -
projects_created_total counter - complexity -
projects_completed_total counter - - -
project_duration_days histogram days - 1,2,5,10,20,40,60,90,180,365
project_complexity_distribution histogram - complexity 1,2,3,5,8,13,21,34
tasks_created_total counter - task_type -
tasks_completed_total counter - - -
task_completion_time_hours histogram hours - 0.25,0.5,1,2,4,8,16,24,40,80,160
task_estimation_accuracy_ratio histogram ratio - 0.25,0.5,0.75,0.9,1,1.1,1.25,1.5,2,4
active_users_total gauge - window -
user_session_duration_minutes histogram minutes - 1,5,10,15,30,60,120,240,480
collaboration_sessions_total counter - - -
approval_workflow_duration_hours histogram hours decision 0.5,1,2,4,8,24,48,72,168
requirements_analysis_duration_seconds histogram seconds complexity 0.01,0.05,0.1,0.5,1,5,10,30,60,300
architecture_generation_duration_seconds histogram seconds complexity 0.01,0.05,0.1,0.5,1,5,10,30,60,300
risk_analysis_duration_seconds histogram seconds complexity 0.01,0.05,0.1,0.5,1,5,10,30,60,300
analysis_accuracy_score histogram - operation 0.5,0.6,0.7,0.8,0.9,0.95,0.99,1
context_assembly_operations_total counter - outcome -
context7_api_calls_total counter - operation,outcome -
perplexity_api_calls_total counter - operation,outcome -
external_api_errors_total counter - service,error_type -
api_rate_limit_hits_total counter - service -
external_api_duration_seconds histogram seconds service,operation 0.05,0.1,0.25,0.5,1,2.5,5,10,30
projects_by_status gauge - status -
tasks_by_status gauge - status -
cpu_usage_percent gauge percent scope -
memory_usage_bytes gauge bytes scope -
memory_usage_percent gauge percent scope -
disk_usage_bytes gauge bytes mount -
disk_usage_percent gauge percent mount -
network_bytes_sent_total counter - interface -
network_bytes_received_total counter - interface -
network_connections_active gauge - protocol -
process_uptime_seconds gauge seconds - -
process_restart_count_total counter - - -
process_cpu_time_seconds counter seconds mode -
health_check_status gauge - check -
health_check_duration_seconds histogram seconds check 0.001,0.005,0.01,0.05,0.1,0.5,1,5,10,30
component_availability gauge - check -
`
  .trim()
  .split('\n');

function line({ name, type, unit, labels, buckets }: MetricDefinition): string {
  const names = Object.keys(labels ?? {}).join(',');
  return [name, type, unit ?? '-', names || '-', buckets?.join(',') ?? '-'].join(' ');
}

describe('the metric definitions', () => {
  it.each(CONTRACT)('hold to the contract: %s', (expected) => {
    const name = expected.split(' ')[0];
    const definition = definitions.find((candidate) => candidate.name === name);
    expect(definition && line(definition)).toBe(expected);
  });

  it('can all be registered together', () => {
    const collector = new MetricsCollector({ strict: true });
    for (const definition of definitions) collector.registerMetric(definition);
    expect(collector.getAllMetrics().length).toBeGreaterThanOrEqual(CONTRACT.length);
  });

  it('have a name constant each, and the alias of the specification', () => {
    const names = [ApplicationMetrics, BusinessMetrics].flatMap((table) => Object.values<string>(table));
    const system = Object.values<string>(SystemMetrics);
    expect([...names, ...system].toSorted((a, b) => a.localeCompare(b))).toEqual(
      [...definitions.map(({ name }) => name), 'database_connections_active'].toSorted((a, b) => a.localeCompare(b)),
    );
    expect(SystemMetrics.DATABASE_CONNECTIONS_ACTIVE).toBe(ApplicationMetrics.DATABASE_CONNECTIONS_ACTIVE);
  });

  it.each([
    [
      'ApplicationMetrics',
      ApplicationMetrics,
      'HTTP_REQUESTS_TOTAL HTTP_REQUEST_DURATION HTTP_REQUEST_SIZE HTTP_RESPONSE_SIZE MCP_TOOL_EXECUTIONS_TOTAL MCP_TOOL_DURATION MCP_TOOL_ERRORS_TOTAL MCP_SESSION_DURATION DATABASE_QUERIES_TOTAL DATABASE_QUERY_DURATION DATABASE_CONNECTIONS_ACTIVE DATABASE_CONNECTIONS_IDLE CACHE_OPERATIONS_TOTAL CACHE_HIT_RATIO CACHE_SIZE_BYTES CACHE_EVICTIONS_TOTAL ERROR_RATE ERROR_COUNT_BY_TYPE CRITICAL_ERRORS_TOTAL',
    ],
    [
      'BusinessMetrics',
      BusinessMetrics,
      'PROJECTS_CREATED_TOTAL PROJECTS_COMPLETED_TOTAL PROJECT_DURATION PROJECT_COMPLEXITY_DISTRIBUTION TASKS_CREATED_TOTAL TASKS_COMPLETED_TOTAL TASK_COMPLETION_TIME TASK_ESTIMATION_ACCURACY ACTIVE_USERS_TOTAL USER_SESSION_DURATION COLLABORATION_SESSIONS_TOTAL APPROVAL_WORKFLOW_DURATION REQUIREMENTS_ANALYSIS_DURATION ARCHITECTURE_GENERATION_DURATION ANALYSIS_ACCURACY_SCORE CONTEXT_ASSEMBLY_OPERATIONS CONTEXT7_API_CALLS_TOTAL PERPLEXITY_API_CALLS_TOTAL EXTERNAL_API_ERRORS_TOTAL API_RATE_LIMIT_HITS',
    ],
    [
      'SystemMetrics',
      SystemMetrics,
      'CPU_USAGE_PERCENT MEMORY_USAGE_BYTES MEMORY_USAGE_PERCENT DISK_USAGE_BYTES DISK_USAGE_PERCENT NETWORK_BYTES_SENT NETWORK_BYTES_RECEIVED NETWORK_CONNECTIONS_ACTIVE PROCESS_UPTIME_SECONDS PROCESS_RESTART_COUNT PROCESS_CPU_TIME HEALTH_CHECK_STATUS HEALTH_CHECK_DURATION COMPONENT_AVAILABILITY',
    ],
  ])('%s has the constants of the specification', (_, table, constants) => {
    expect(Object.keys(table)).toEqual(expect.arrayContaining(constants.split(' ')));
  });

  /** Names that break the usual rules and stay, since they are a contract. Everything else obeys them. */
  it('break naming rules in the known places only', () => {
    const odd = definitions
      .filter(
        ({ name, type, unit }) =>
          (type === 'counter') !== name.endsWith('_total') ||
          ['days', 'hours', 'minutes', 'percent'].includes(unit ?? ''),
      )
      .map(({ name }) => name);
    expect(odd).toEqual([
      'error_count_by_type',
      'project_duration_days',
      'task_completion_time_hours',
      'active_users_total',
      'user_session_duration_minutes',
      'approval_workflow_duration_hours',
      'cpu_usage_percent',
      'memory_usage_percent',
      'disk_usage_percent',
      'process_cpu_time_seconds',
    ]);
  });
});

describe('the entry points', () => {
  it('export exactly these values', () => {
    expect(Object.keys(core).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'ApplicationMetrics',
      'BusinessMetrics',
      'counted',
      'CustomHistogram',
      'defaultCollector',
      'MetricFormat',
      'MetricsCollector',
      'MetricsError',
      'MetricsErrorCode',
      'MetricType',
      'RollingCounter',
      'runWithLabels',
      'SystemMetrics',
      'timed',
      'withPrefix',
      'withViews',
    ]);
    expect(Object.keys(interfaces).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'AggregateOperator',
      'AlertEventType',
      'AlertState',
      'ApplicationMetricDefinitions',
      'ApplicationMetrics',
      'BusinessMetricDefinitions',
      'BusinessMetrics',
      'GaugeAggregation',
      'HealthStatus',
      'HistogramFunction',
      'HistoryGap',
      'MetricFormat',
      'MetricsError',
      'MetricsErrorCode',
      'MetricType',
      'QuerySemantics',
      'ReservedLabelValue',
      'Severity',
      'SystemMetricDefinitions',
      'SystemMetrics',
      'WindowFunction',
    ]);
  });

  it('recognise an error of another copy of the module', () => {
    const foreign = Object.assign(new Error('x'), { [Symbol.for('@bduf/metrics/error')]: true });
    expect(interfaces.MetricsError.isInstance(foreign)).toBe(true);
    expect(interfaces.MetricsError.isInstance(new Error('x'))).toBe(false);
    expect(interfaces.MetricsError.isInstance(null)).toBe(false);
  });
});
