import type { ToolExecutionOutcome } from '@bduf/metrics-core/primitives';
import type { Instrumentation } from '../instrumentation.ts';
import type { FinishedOperation } from '../record/mcp-recorder.ts';
import { outcomeOfToolCall } from '../tools/tool-call-outcome.ts';
import type { ToolHooks } from '../tools/tool-hooks.ts';
import { toolResultChars } from '../tools/tool-result-chars.ts';
import { outcomeOnWire } from './outcome-on-wire.ts';
import type { OperationEnd, PendingOperation } from './pending-operation.ts';
import { traceExemplar } from './trace-exemplar.ts';
import type { TransportKind } from './transport-kind.ts';

/** Puts operations that have ended into words fit for labels, and hands them to the recorders. */
export class OperationReport {
  readonly #instrumentation: Instrumentation;
  readonly #tools: ToolHooks | undefined;
  readonly #transport: TransportKind;

  /** @param tools - Tools of a server; undefined for a client. */
  constructor(instrumentation: Instrumentation, tools: ToolHooks | undefined, transport: TransportKind) {
    this.#instrumentation = instrumentation;
    this.#tools = tools;
    this.#transport = transport;
  }

  /** Reports a request of the other end. */
  answered(operation: PendingOperation, end: OperationEnd): void {
    const onWire = outcomeOnWire(end);
    const tool = this.#labelOfTool(operation.toolName);
    const finished = this.#finished(operation, tool, onWire, this.#refined(operation, end, onWire));
    for (const recorder of this.#instrumentation.recorders) recorder.answered(finished);
    if (tool !== undefined && end.kind === 'result') {
      this.#instrumentation.traffic.toolAnswered(tool, toolResultChars(end.result));
    }
  }

  /** Reports a request of this end. */
  asked(operation: PendingOperation, end: OperationEnd): void {
    const onWire = outcomeOnWire(end);
    const finished = this.#finished(operation, this.#labelOfTool(operation.toolName), onWire, onWire);
    for (const recorder of this.#instrumentation.recorders) recorder.asked(finished);
  }

  #finished(
    { method, startedMs, protocolVersion, traceparent }: PendingOperation,
    tool: string | undefined,
    wireOutcome: ToolExecutionOutcome,
    outcome: ToolExecutionOutcome,
  ): FinishedOperation {
    return {
      method,
      tool,
      seconds: (this.#instrumentation.clock.monotonicMs() - startedMs) / 1000,
      outcome: this.#labelled(outcome),
      wireOutcome: this.#labelled(wireOutcome),
      transport: this.#transport,
      protocolVersion,
      exemplar: traceExemplar(traceparent),
    };
  }

  #refined(
    { toolName, handler }: PendingOperation,
    end: OperationEnd,
    onWire: ToolExecutionOutcome,
  ): ToolExecutionOutcome {
    if (toolName === undefined || this.#tools === undefined) return onWire;
    return outcomeOfToolCall(end, handler, this.#tools.called(toolName));
  }

  #labelOfTool(name: string | undefined): string | undefined {
    if (name === undefined) return undefined;
    const { tools } = this.#instrumentation;
    if (!tools.has(name) && this.#tools?.isRegistered(name) === true) tools.learn(name);
    return tools.labelOf(name);
  }

  /** Classes of exceptions are named by the application, and an application may name them after its input. */
  #labelled(outcome: ToolExecutionOutcome): ToolExecutionOutcome {
    const { errorType } = outcome;
    if (errorType === undefined) return outcome;
    const { errorTypes } = this.#instrumentation;
    errorTypes.learn(errorType);
    return { ...outcome, errorType: errorTypes.labelOf(errorType) };
  }
}
