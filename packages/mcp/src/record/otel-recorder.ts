import { ApplicationMetricDefinitions, type Histogram, type Registerer } from '@bduf/metrics-core/interfaces';
import type { PendingOperation } from '../connection/pending-operation.ts';
import { TransportKind } from '../connection/transport-kind.ts';
import type { Ending, FinishedSession, McpRecorder } from './mcp-recorder.ts';

const {
  MCP_CLIENT_OPERATION_DURATION,
  MCP_CLIENT_SESSION_DURATION,
  MCP_SERVER_OPERATION_DURATION,
  MCP_SERVER_SESSION_DURATION,
} = ApplicationMetricDefinitions;

interface OperationLabels {
  readonly mcp_method_name: string;
  readonly gen_ai_tool_name: string;
  readonly error_type: string;
  readonly network_transport: string;
  readonly mcp_protocol_version: string;
}
interface SessionLabels {
  readonly network_transport: string;
  readonly mcp_protocol_version: string;
}

/** Values of `network.transport` in OpenTelemetry's conventions; they have none for what has no network. */
const NETWORK_TRANSPORTS: Readonly<Record<TransportKind, string>> = {
  [TransportKind.HTTP]: 'tcp',
  [TransportKind.SSE]: 'tcp',
  [TransportKind.STDIO]: 'pipe',
  [TransportKind.MEMORY]: '',
  [TransportKind.OTHER]: '',
};

/** Records under the names of OpenTelemetry's conventions for MCP, as Prometheus spells them. */
export class OtelRecorder implements McpRecorder {
  readonly #serverOperation: Histogram<OperationLabels>;
  readonly #clientOperation: Histogram<OperationLabels> | undefined;
  readonly #serverSession: Histogram<SessionLabels>;
  readonly #clientSession: Histogram<SessionLabels>;

  /**
   * @param recordsOwnRequests - False where another recorder has `mcp_client_operation_duration_seconds`, which both
   * sets of names call the same but label differently.
   */
  constructor(metrics: Registerer, recordsOwnRequests: boolean) {
    this.#serverOperation = metrics.histogram(MCP_SERVER_OPERATION_DURATION);
    this.#serverSession = metrics.histogram(MCP_SERVER_SESSION_DURATION);
    this.#clientSession = metrics.histogram(MCP_CLIENT_SESSION_DURATION);
    if (recordsOwnRequests) {
      const { labels } = MCP_SERVER_OPERATION_DURATION;
      this.#clientOperation = metrics.histogram({ ...MCP_CLIENT_OPERATION_DURATION, labels });
    }
  }

  answered(operation: PendingOperation, ending: Ending): void {
    this.#serverOperation.observe(operationLabels(operation, ending), ending.seconds, ending.exemplar);
  }

  asked(operation: PendingOperation, ending: Ending): void {
    this.#clientOperation?.observe(operationLabels(operation, ending), ending.seconds, ending.exemplar);
  }

  sessionEnded({ role, seconds, transport, protocolVersion }: FinishedSession): void {
    const session = role === 'server' ? this.#serverSession : this.#clientSession;
    session.observe(
      { network_transport: NETWORK_TRANSPORTS[transport], mcp_protocol_version: protocolVersion },
      seconds,
    );
  }
}

function operationLabels(
  { method, tool, protocolVersion }: PendingOperation,
  { wireErrorType, transport }: Ending,
): OperationLabels {
  return {
    mcp_method_name: method.label,
    gen_ai_tool_name: tool?.label ?? '',
    error_type: wireErrorType ?? '',
    network_transport: NETWORK_TRANSPORTS[transport],
    mcp_protocol_version: protocolVersion,
  };
}
