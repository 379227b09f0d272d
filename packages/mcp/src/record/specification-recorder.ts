import {
  ApplicationMetricDefinitions,
  type BoundCounter,
  type BoundObserver,
  type Counter,
  type Histogram,
  type Registerer,
} from '@bduf/metrics-core/interfaces';
import type { ToolOutcome } from '@bduf/metrics-core/primitives';
import type { FinishedOperation, FinishedSession, McpRecorder } from './mcp-recorder.ts';

const {
  MCP_TOOL_EXECUTIONS_TOTAL,
  MCP_TOOL_DURATION,
  MCP_TOOL_ERRORS_TOTAL,
  MCP_SESSION_DURATION,
  MCP_CLIENT_OPERATION_DURATION,
} = ApplicationMetricDefinitions;

/** The two series that every execution of a tool with one outcome goes to. */
interface ExecutionSeries {
  readonly count: BoundCounter;
  readonly duration: BoundObserver;
}

/** Records under the names of this project: `mcp_tool_…`, `mcp_session_…`, `mcp_client_operation_…`. */
export class SpecificationRecorder implements McpRecorder {
  readonly #executions: Counter<{ tool: string; outcome: ToolOutcome }>;
  readonly #duration: Histogram<{ tool: string; outcome: ToolOutcome }>;
  readonly #errors: Counter<{ tool: string; error_type: string }>;
  readonly #session: Histogram<{ transport: string; protocol_version: string }>;
  readonly #clientDuration: Histogram<{ method: string; outcome: ToolOutcome }>;
  /** Bounded like the names of tools, which its keys are. */
  readonly #seriesByTool = new Map<string, Partial<Record<ToolOutcome, ExecutionSeries>>>();

  constructor(metrics: Registerer) {
    this.#executions = metrics.counter(MCP_TOOL_EXECUTIONS_TOTAL);
    this.#duration = metrics.histogram(MCP_TOOL_DURATION);
    this.#errors = metrics.counter(MCP_TOOL_ERRORS_TOTAL);
    this.#session = metrics.histogram(MCP_SESSION_DURATION);
    this.#clientDuration = metrics.histogram(MCP_CLIENT_OPERATION_DURATION);
  }

  answered({ tool, seconds, outcome: { outcome, errorType }, exemplar }: FinishedOperation): void {
    if (tool === undefined) return;
    const { count, duration } = this.#seriesOf(tool, outcome);
    count.inc(1, exemplar);
    duration.observe(seconds, exemplar);
    if (errorType !== undefined) this.#errors.inc({ tool, error_type: errorType }, 1, exemplar);
  }

  asked({ method, seconds, outcome: { outcome }, exemplar }: FinishedOperation): void {
    this.#clientDuration.observe({ method, outcome }, seconds, exemplar);
  }

  sessionEnded({ role, seconds, transport, protocolVersion }: FinishedSession): void {
    // In a process that holds both ends, a session counts once.
    if (role === 'server') this.#session.observe({ transport, protocol_version: protocolVersion }, seconds);
  }

  #seriesOf(tool: string, outcome: ToolOutcome): ExecutionSeries {
    let byOutcome = this.#seriesByTool.get(tool);
    if (byOutcome === undefined) this.#seriesByTool.set(tool, (byOutcome = {}));
    return (byOutcome[outcome] ??= {
      count: this.#executions.labels({ tool, outcome }),
      duration: this.#duration.labels({ tool, outcome }),
    });
  }
}
