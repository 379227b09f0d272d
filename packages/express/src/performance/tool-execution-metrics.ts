import {
  ApplicationMetricDefinitions,
  type BoundCounter,
  type BoundObserver,
  type Counter,
  type Histogram,
  type Registerer,
} from '@bduf/metrics-core/interfaces';
import {
  type ToolExecutionOutcome,
  type ToolOutcome,
  enableToolExecutionMarks,
  isToolExecutionMarked,
} from '@bduf/metrics-core/primitives';
import { LabelBudget } from '../labels/label-budget.ts';

const MAX_TOOLS = 256;
/** Classes of exceptions are named by the application, and an application may name them after its input. */
const MAX_ERROR_TYPES = 256;

/** The series of one tool with one outcome. */
interface ExecutionSeries {
  readonly count: BoundCounter;
  readonly duration: BoundObserver;
}

const metricsOf = new WeakMap<Registerer, ToolExecutionMetrics>();

/**
 * Executions of MCP tools in a collector that no instrumented server has counted: one that did has left a mark in the
 * asynchronous context.
 */
export class ToolExecutionMetrics {
  readonly #collector: Registerer;
  readonly #executions: Counter<{ readonly tool: string; readonly outcome: ToolOutcome }>;
  readonly #duration: Histogram<{ readonly tool: string; readonly outcome: ToolOutcome }>;
  readonly #errors: Counter<{ readonly tool: string; readonly error_type: string }>;
  readonly #tools = new LabelBudget(MAX_TOOLS);
  readonly #errorTypes = new LabelBudget(MAX_ERROR_TYPES);
  readonly #series = new Map<string, Partial<Record<ToolOutcome, ExecutionSeries>>>();

  private constructor(collector: Registerer) {
    this.#collector = collector;
    this.#executions = collector.counter(ApplicationMetricDefinitions.MCP_TOOL_EXECUTIONS_TOTAL);
    this.#duration = collector.histogram(ApplicationMetricDefinitions.MCP_TOOL_DURATION);
    this.#errors = collector.counter(ApplicationMetricDefinitions.MCP_TOOL_ERRORS_TOTAL);
    // Before the first tool runs, else that one would be unmarked and count twice.
    enableToolExecutionMarks();
  }

  /** Those of a collector. */
  static of(collector: Registerer): ToolExecutionMetrics {
    const known = metricsOf.get(collector) ?? new ToolExecutionMetrics(collector);
    metricsOf.set(collector, known);
    return known;
  }

  /** Whether the surrounding execution of this tool is counted by somebody else. */
  isCounted(tool: string): boolean {
    return isToolExecutionMarked({ tool, recorder: this.#collector });
  }

  /** Records an execution that has ended. */
  record(tool: string, seconds: number, { outcome, errorType }: ToolExecutionOutcome): void {
    const label = this.#tools.admit(tool);
    const { count, duration } = this.#seriesOf(label, outcome);
    count.inc();
    duration.observe(seconds);
    if (errorType !== undefined) this.#errors.inc({ tool: label, error_type: this.#errorTypes.admit(errorType) });
  }

  #seriesOf(tool: string, outcome: ToolOutcome): ExecutionSeries {
    let byOutcome = this.#series.get(tool);
    if (byOutcome === undefined) this.#series.set(tool, (byOutcome = {}));
    return (byOutcome[outcome] ??= {
      count: this.#executions.labels({ tool, outcome }),
      duration: this.#duration.labels({ tool, outcome }),
    });
  }
}
