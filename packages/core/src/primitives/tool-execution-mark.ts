/**
 * A tool may be counted by the instrumented MCP server that calls it and by `wrapToolExecution` inside it. Whoever counts
 * first leaves a mark in the asynchronous context, and whoever finds the mark leaves the counting to the first.
 *
 * Following asynchronous contexts slows down every promise of a process (by about 10 % of an MCP call on Node 20,
 * `tooling/bench/mcp`), so nothing is marked until somebody who looks for marks has said so.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

/** Says which execution is being counted, and where. */
export interface ToolExecutionMark {
  /** Name of the tool. */
  readonly tool: string;
  /** Where it is counted, compared by identity: the collector. */
  readonly recorder: object;
}

interface ToolExecutionMarks {
  /** Absent until somebody looks for marks. */
  storage?: AsyncLocalStorage<ToolExecutionMark>;
}

// The ECMAScript and the CommonJS copy of this module must see each other's marks.
const MARKS = Symbol.for('@bduf/metrics/tool-execution-marks');
const marks: ToolExecutionMarks = ((globalThis as { [MARKS]?: ToolExecutionMarks })[MARKS] ??= {});

/** Starts marking. Whoever looks for marks calls it once, before tools run; further calls change nothing. */
export function enableToolExecutionMarks(): void {
  marks.storage ??= new AsyncLocalStorage();
}

/** Whether anybody looks for marks. */
export function areToolExecutionMarksEnabled(): boolean {
  return marks.storage !== undefined;
}

/** Runs an execution that the caller counts, marked for everything it awaits if marking was enabled. */
export function runWithToolExecutionMark<T>(mark: ToolExecutionMark, execution: () => T): T {
  const { storage } = marks;
  return storage === undefined ? execution() : storage.run(mark, execution);
}

/** Whether the innermost execution that is being counted around the caller is this one: same tool, same recorder. */
export function isToolExecutionMarked({ tool, recorder }: ToolExecutionMark): boolean {
  const found = marks.storage?.getStore();
  return found?.tool === tool && found.recorder === recorder;
}
