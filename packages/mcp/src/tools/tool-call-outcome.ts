import {
  type ToolExecutionOutcome,
  ToolErrorType,
  ToolOutcome,
  outcomeOfToolResult,
} from '@bduf/metrics-core/primitives';
import type { HandlerProgress, OperationEnd } from '../connection/pending-operation.ts';
import { outcomeOnWire } from '../connection/outcome-on-wire.ts';

/** What a server knows of the tool a request names. */
export interface CalledTool {
  /** Whether there is a tool of that name. */
  readonly isKnown: boolean;
  /** Whether it is switched off. */
  readonly isDisabled: boolean;
  /** Whether its callback reports to this package, so that "was not called" means just that. */
  readonly isWatched: boolean;
}

const INVALID_PARAMS = -32_602;

/**
 * Outcome of a call of a tool, with the reason that the answer alone does not tell: SDKs answer `isError` alike when a
 * tool throws, when it says so itself, and when arguments or result do not fit; version 1 even when there is no such
 * tool, where version 2 answers with a protocol error.
 */
export function outcomeOfToolCall(end: OperationEnd, handler: HandlerProgress, tool: CalledTool): ToolExecutionOutcome {
  const onWire = outcomeOnWire(end);
  return onWire.outcome === ToolOutcome.ERROR
    ? { outcome: ToolOutcome.ERROR, errorType: reasonOfError(end, handler, tool) ?? onWire.errorType }
    : onWire;
}

function reasonOfError(end: OperationEnd, handler: HandlerProgress, tool: CalledTool): string | undefined {
  if (handler.errorType !== undefined) return handler.errorType;
  if (handler.wasEntered) return ToolErrorType.INVALID_RESULT;
  const isRefusal = end.kind === 'result' || (end.kind === 'error' && end.code === INVALID_PARAMS);
  return isRefusal ? reasonOfRefusal(tool) : undefined;
}

function reasonOfRefusal({ isKnown, isDisabled, isWatched }: CalledTool): string | undefined {
  if (!isKnown) return ToolErrorType.UNKNOWN_TOOL;
  if (isDisabled) return ToolErrorType.DISABLED_TOOL;
  return isWatched ? ToolErrorType.INVALID_ARGUMENTS : undefined;
}

/** What the callback of a tool did by returning: nothing wrong, or an error of its own when the result says `isError`. */
export function progressOfToolResult(result: unknown): HandlerProgress {
  return { wasEntered: true, errorType: outcomeOfToolResult(result).errorType };
}
