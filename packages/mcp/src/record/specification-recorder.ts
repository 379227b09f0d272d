import {
  ApplicationMetricDefinitions,
  type Counter,
  type Histogram,
  type Registerer,
} from '@bduf/metrics-core/interfaces';
import type { ToolOutcome } from '@bduf/metrics-core/primitives';
import type { PendingOperation } from '../connection/pending-operation.ts';
import type { Ending, FinishedSession, McpRecorder } from './mcp-recorder.ts';
import type { ExecutionSeries, ToolMetrics } from './tool-table.ts';

const {
  MCP_TOOL_EXECUTIONS_TOTAL,
  MCP_TOOL_DURATION,
  MCP_TOOL_ERRORS_TOTAL,
  MCP_SESSION_DURATION,
  MCP_CLIENT_OPERATION_DURATION,
} = ApplicationMetricDefinitions;

/** Records under the names of this project: `mcp_tool_…`, `mcp_session_…`, `mcp_client_operation_…`. */
export class SpecificationRecorder implements McpRecorder {
  readonly #executions: Counter<{ tool: string; outcome: ToolOutcome }>;
  readonly #duration: Histogram<{ tool: string; outcome: ToolOutcome }>;
  readonly #errors: Counter<{ tool: string; error_type: string }>;
  readonly #session: Histogram<{ transport: string; protocol_version: string }>;
  readonly #clientDuration: Histogram<{ method: string; outcome: ToolOutcome }>;

  constructor(metrics: Registerer) {
    this.#executions = metrics.counter(MCP_TOOL_EXECUTIONS_TOTAL);
    this.#duration = metrics.histogram(MCP_TOOL_DURATION);
    this.#errors = metrics.counter(MCP_TOOL_ERRORS_TOTAL);
    this.#session = metrics.histogram(MCP_SESSION_DURATION);
    this.#clientDuration = metrics.histogram(MCP_CLIENT_OPERATION_DURATION);
  }

  answered({ tool }: PendingOperation, { seconds, outcome, errorType, exemplar }: Ending): void {
    if (tool === undefined) return;
    const { count, duration } = (tool.executions[outcome] ??= this.#seriesOf(tool, outcome));
    count.inc(1, exemplar);
    duration.observe(seconds, exemplar);
    if (errorType !== undefined) this.#errors.inc({ tool: tool.label, error_type: errorType }, 1, exemplar);
  }

  asked({ method }: PendingOperation, { seconds, outcome, exemplar }: Ending): void {
    this.#clientDuration.observe({ method: method.label, outcome }, seconds, exemplar);
  }

  sessionEnded({ role, seconds, transport, protocolVersion }: FinishedSession): void {
    // In a process that holds both ends, a session counts once.
    if (role === 'server') this.#session.observe({ transport, protocol_version: protocolVersion }, seconds);
  }

  #seriesOf({ label }: ToolMetrics, outcome: ToolOutcome): ExecutionSeries {
    const labels = { tool: label, outcome };
    return { count: this.#executions.labels(labels), duration: this.#duration.labels(labels) };
  }
}
