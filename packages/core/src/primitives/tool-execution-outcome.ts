/** How the execution of an MCP tool ended, as the label `outcome` says it. */
export const ToolOutcome = {
  /** The tool answered. */
  OK: 'ok',
  /** It threw, answered with `isError`, or could not be called. */
  ERROR: 'error',
  /** The caller gave up before there was an answer. */
  CANCELLED: 'cancelled',
} as const;
/** How the execution of an MCP tool ended. */
export type ToolOutcome = (typeof ToolOutcome)[keyof typeof ToolOutcome];

/** Values of the label `error_type` that are not names of exception classes. */
export const ToolErrorType = {
  /** The tool itself answered with `isError: true`. */
  TOOL_ERROR: 'tool_error',
  /** The arguments did not fit the tool's input schema; the tool did not run. */
  INVALID_ARGUMENTS: 'invalid_arguments',
  /** The tool ran, but its answer did not fit its output schema or the protocol. */
  INVALID_RESULT: 'invalid_result',
  /** No tool of that name. */
  UNKNOWN_TOOL: 'unknown_tool',
  /** The tool exists but is switched off. */
  DISABLED_TOOL: 'disabled_tool',
  /** The caller cancelled. */
  CANCELLED: 'cancelled',
  /** The connection ended first. */
  CONNECTION_CLOSED: 'connection_closed',
} as const;
/** Values of the label `error_type` that are not names of exception classes. */
export type ToolErrorType = (typeof ToolErrorType)[keyof typeof ToolErrorType];

/** Outcome of one execution, and why it was not `ok`. */
export interface ToolExecutionOutcome {
  /** How it ended. */
  readonly outcome: ToolOutcome;
  /** A {@link ToolErrorType} or the name of an exception class; `undefined` exactly when the outcome is `ok`. */
  readonly errorType: ToolErrorType | (string & {}) | undefined;
}

const OK: ToolExecutionOutcome = { outcome: ToolOutcome.OK, errorType: undefined };
const TOOL_ERROR: ToolExecutionOutcome = { outcome: ToolOutcome.ERROR, errorType: ToolErrorType.TOOL_ERROR };
const CANCELLED: ToolExecutionOutcome = { outcome: ToolOutcome.CANCELLED, errorType: ToolErrorType.CANCELLED };

/** Outcome of a tool that returned: an error exactly when the result says `isError: true`. */
export function outcomeOfToolResult(result: unknown): ToolExecutionOutcome {
  return isErrorResult(result) ? TOOL_ERROR : OK;
}

/** Outcome of a tool that threw: cancelled when it was aborted, else an error named by {@link errorTypeOf}. */
export function outcomeOfToolError(error: unknown): ToolExecutionOutcome {
  const errorType = errorTypeOf(error);
  return errorType === 'AbortError' ? CANCELLED : { outcome: ToolOutcome.ERROR, errorType };
}

/** A name that fits a label: what classes and error codes are called, never a sentence. */
const LABEL_SAFE_NAME = /^[A-Za-z_$][\w$.]{0,63}$/;

/**
 * Names what was thrown, for a label: the error's name; its code (`ENOENT`) where the name is just `Error`; `Error` when
 * neither is a name; `thrown_string` and the like for what is not an error.
 */
export function errorTypeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return `thrown_${typeof error}`;
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  if (isLabelSafe(name) && name !== 'Error') return name;
  return isLabelSafe(code) ? code : 'Error';
}

function isErrorResult(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'isError' in result && result.isError === true;
}

function isLabelSafe(name: unknown): name is string {
  return typeof name === 'string' && LABEL_SAFE_NAME.test(name);
}
