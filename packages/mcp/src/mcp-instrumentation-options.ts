import type { Clock } from '@bduf/metrics-core/interfaces';

/** Under which names operations and sessions are recorded. */
export const McpNaming = {
  /** `mcp_tool_executions_total`, `mcp_tool_duration_seconds`, `mcp_tool_errors_total`, `mcp_session_duration_seconds`. */
  SPECIFICATION: 'specification',
  /** `mcp_server_operation_duration_seconds`, `mcp_server_session_duration_seconds` and their like for clients. */
  OTEL: 'otel',
  /** Both; requests that are sent are then labelled as `specification` does it. */
  BOTH: 'both',
} as const;
/** Under which names operations and sessions are recorded. */
export type McpNaming = (typeof McpNaming)[keyof typeof McpNaming];

/** Options of `instrumentMcpServer` and `instrumentMcpClient`. */
export interface McpInstrumentationOptions {
  /** Names to record under. Default `specification`. */
  readonly naming?: McpNaming;
  /** Tools that are not measured at all. Those of `exposeMetricsOverMcp` are left out by themselves. */
  readonly exclude?: readonly string[];
  /** Methods of requests and notifications that the application adds to the protocol, to be labelled by name. */
  readonly methods?: readonly string[];
  /**
   * Most names of tools, and of error types, that become label values; others are `_OTHER`. Integer ≥ 1, default 256.
   * All servers and clients with the same collector share the names, so the first call decides.
   */
  readonly maxNames?: number;
  /** Source of time. Default: the machine's. */
  readonly clock?: Clock;
  /**
   * Told when something about measuring failed, which never reaches the peers. A collector that is not strict does not
   * fail. Default: a process warning, once.
   */
  readonly onError?: (error: unknown) => void;
}
