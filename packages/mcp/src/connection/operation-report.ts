import { type ToolExecutionOutcome, ToolOutcome } from '@bduf/metrics-core/primitives';
import type { Instrumentation } from '../instrumentation.ts';
import type { Ending } from '../record/mcp-recorder.ts';
import { reasonOfError } from '../tools/reason-of-error.ts';
import { withSettledProgress } from '../tools/settled-progress.ts';
import type { ToolHooks } from '../tools/tool-hooks.ts';
import { toolResultChars } from '../tools/tool-result-chars.ts';
import { outcomeOnWire } from './outcome-on-wire.ts';
import type { OperationEnd, PendingOperation } from './pending-operation.ts';
import { traceExemplar } from './trace-exemplar.ts';
import type { TransportKind } from './transport-kind.ts';

/** Puts how operations ended into words fit for labels, and hands them to the recorders. */
export class OperationReport {
  readonly #instrumentation: Instrumentation;
  readonly #hooks: ToolHooks | undefined;
  readonly #transport: TransportKind;

  /** @param hooks - Tools of a server; undefined for a client. */
  constructor(instrumentation: Instrumentation, hooks: ToolHooks | undefined, transport: TransportKind) {
    this.#instrumentation = instrumentation;
    this.#hooks = hooks;
    this.#transport = transport;
  }

  /** Reports a request of the other end. Of a tool that failed, the reason may take a microtask to find out. */
  answered(operation: PendingOperation, end: OperationEnd): void {
    this.#answered(operation, end);
    if (operation.tool === undefined || end.kind !== 'result') return;
    operation.tool.resultChars.observe(toolResultChars(end.result));
  }

  /** Reports a request of this end. */
  asked(operation: PendingOperation, end: OperationEnd): void {
    const onWire = outcomeOnWire(end);
    const ending = this.#ending(operation, this.#secondsOf(operation), onWire, onWire.errorType);
    for (const recorder of this.#instrumentation.recorders) recorder.asked(operation, ending);
  }

  #answered(operation: PendingOperation, end: OperationEnd): void {
    const { toolName } = operation;
    const onWire = outcomeOnWire(end);
    const seconds = this.#secondsOf(operation);
    const isAnswer = end.kind === 'result' || end.kind === 'error';
    if (!isAnswer || onWire.outcome === ToolOutcome.OK || toolName === undefined || this.#hooks === undefined) {
      this.#record(operation, this.#ending(operation, seconds, onWire, onWire.errorType));
      return;
    }
    const called = this.#hooks.called(toolName);
    withSettledProgress(operation.handler, (progress) => {
      this.#instrumentation.guard(() => {
        const reason = reasonOfError(end, progress, called) ?? onWire.errorType;
        this.#record(operation, this.#ending(operation, seconds, onWire, reason));
      });
    });
  }

  #record(operation: PendingOperation, ending: Ending): void {
    for (const recorder of this.#instrumentation.recorders) recorder.answered(operation, ending);
  }

  #secondsOf({ startedMs }: PendingOperation): number {
    return (this.#instrumentation.clock.monotonicMs() - startedMs) / 1000;
  }

  #ending(
    { traceparent }: PendingOperation,
    seconds: number,
    { outcome, errorType: wireErrorType }: ToolExecutionOutcome,
    errorType: string | undefined,
  ): Ending {
    return {
      seconds,
      outcome,
      errorType: this.#labelOf(errorType),
      wireErrorType: this.#labelOf(wireErrorType),
      transport: this.#transport,
      exemplar: traceExemplar(traceparent),
    };
  }

  /** Classes of exceptions are named by the application, and an application may name them after its input. */
  #labelOf(errorType: string | undefined): string | undefined {
    if (errorType === undefined) return undefined;
    const { errorTypes } = this.#instrumentation;
    errorTypes.learn(errorType);
    return errorTypes.labelOf(errorType);
  }
}
