import { ToolErrorType, errorTypeOf, outcomeOfToolResult } from '@bduf/metrics-core/primitives';
import type { HandlerProgress, OperationEnd } from '../connection/pending-operation.ts';

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
 * Why the call of a tool failed, where more is known than the answer tells: SDKs answer `isError` alike when a tool
 * throws, when it says so itself, and when arguments or result do not fit; version 1 even when there is no such tool,
 * where version 2 answers with a protocol error.
 *
 * @param progress - How far the callback came; a promise that it returned has been waited for.
 */
export function reasonOfError(end: OperationEnd, progress: HandlerProgress, tool: CalledTool): string | undefined {
  if (progress.step === 'threw') return errorTypeOf(progress.error);
  if (progress.step === 'not_entered') return isRefusal(end) ? reasonOfRefusal(tool) : undefined;
  return outcomeOfToolResult(progress.value).errorType ?? ToolErrorType.INVALID_RESULT;
}

function isRefusal(end: OperationEnd): boolean {
  return end.kind === 'result' || (end.kind === 'error' && end.code === INVALID_PARAMS);
}

function reasonOfRefusal({ isKnown, isDisabled, isWatched }: CalledTool): string | undefined {
  if (!isKnown) return ToolErrorType.UNKNOWN_TOOL;
  if (isDisabled) return ToolErrorType.DISABLED_TOOL;
  return isWatched ? ToolErrorType.INVALID_ARGUMENTS : undefined;
}
