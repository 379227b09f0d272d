import { type ToolExecutionOutcome, ToolOutcome, outcomeOfToolResult } from '@bduf/metrics-core/primitives';
import type { OperationEnd } from './pending-operation.ts';

/**
 * Outcome of an operation as its answer alone tells it. The error type is what OpenTelemetry's conventions ask for: the
 * JSON-RPC code, or `tool_error` for a result that says `isError`.
 */
export function outcomeOnWire(end: OperationEnd): ToolExecutionOutcome {
  if (end.kind === 'result') return outcomeOfToolResult(end.result);
  if (end.kind === 'failed') return { outcome: ToolOutcome.ERROR, errorType: end.errorType };
  if (end.kind === 'error') return { outcome: ToolOutcome.ERROR, errorType: codeOf(end.code) };
  return { outcome: ToolOutcome.CANCELLED, errorType: end.kind };
}

function codeOf(code: unknown): string {
  return Number.isSafeInteger(code) ? String(code) : 'error';
}
