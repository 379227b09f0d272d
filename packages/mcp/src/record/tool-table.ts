import {
  ApplicationMetricDefinitions,
  type BoundCounter,
  type BoundObserver,
  type Histogram,
  type Registerer,
  ReservedLabelValue,
} from '@bduf/metrics-core/interfaces';
import type { ToolOutcome } from '@bduf/metrics-core/primitives';

const { MCP_TOOL_RESULT_CHARS } = ApplicationMetricDefinitions;

/** The two series that every execution of a tool with one outcome goes to. */
export interface ExecutionSeries {
  /** Number of executions. */
  readonly count: BoundCounter;
  /** How long they took. */
  readonly duration: BoundObserver;
}

/** What is recorded of one tool. Series begin to exist when they are first asked for. */
export class ToolMetrics {
  /** The tool as labelled. */
  readonly label: string;
  /** Series of executions by outcome, kept here by the recorder that has them. */
  readonly executions: Partial<Record<ToolOutcome, ExecutionSeries>> = {};
  readonly #resultChars: Histogram<{ tool: string }>;
  #ownResultChars: BoundObserver | undefined;

  constructor(label: string, resultChars: Histogram<{ tool: string }>) {
    this.label = label;
    this.#resultChars = resultChars;
  }

  /** Characters of text in its answers. */
  get resultChars(): BoundObserver {
    return (this.#ownResultChars ??= this.#resultChars.labels({ tool: this.label }));
  }
}

/**
 * Tools that are labelled by name: the first so many that proved to be real. All others share one label, since peers can
 * call for any.
 */
export class ToolTable {
  readonly #resultChars: Histogram<{ tool: string }>;
  readonly #limit: number;
  readonly #tools = new Map<string, ToolMetrics>();
  readonly #other: ToolMetrics;

  /** @param limit - Most names that become label values. */
  constructor(metrics: Registerer, limit: number) {
    this.#resultChars = metrics.histogram(MCP_TOOL_RESULT_CHARS);
    this.#limit = limit;
    this.#other = new ToolMetrics(ReservedLabelValue.OTHER, this.#resultChars);
  }

  /** Whether a tool is labelled by name. */
  has(name: string): boolean {
    return this.#tools.has(name);
  }

  /** Labels a tool by name from now on, since it proved to be real; if there is room. */
  learn(name: string): void {
    if (this.#tools.size >= this.#limit || this.#tools.has(name)) return;
    this.#tools.set(name, new ToolMetrics(name, this.#resultChars));
  }

  /** The metrics of a tool that is labelled by name. */
  find(name: string): ToolMetrics | undefined {
    return this.#tools.get(name);
  }

  /** The metrics of a tool, or of all that are not labelled by name. */
  of(name: string): ToolMetrics {
    return this.#tools.get(name) ?? this.#other;
  }
}
