import { Refusal } from '../query/refusal.ts';

/** A read-only tool over metrics. `Input` is what its schema makes of the arguments. */
export interface MetricTool<Input> {
  /** Name, before any prefix. */
  readonly name: string;
  /** What a model reads to choose the tool; short, since it is paid for in every context. */
  readonly description: string;
  /** Schema of the arguments. */
  readonly inputSchema: object;
  /** Schema of the data in the answer. */
  readonly outputSchema: object;
  /** Answers. */
  run(input: Input): Promise<ToolData>;
}

/** Answer of a tool: data for programs, one line for people. */
export interface ToolData {
  /** Data that fits the output schema. */
  readonly data: Record<string, unknown>;
  /** The gist of it in one line. */
  readonly summary: string;
}

/** Answer in the form of the protocol. */
export interface ToolResult {
  /** The gist, or why there is no answer. */
  readonly content: { type: 'text'; text: string }[];
  /** The data. */
  readonly structuredContent?: Record<string, unknown>;
  /** Whether there is no answer. */
  readonly isError?: boolean;
}

/**
 * Runs a tool. A question that cannot be answered becomes an error result, from which a model learns what to ask; any other
 * failure is left to the SDK.
 */
export async function resultOf<Input>(tool: MetricTool<Input>, input: Input): Promise<ToolResult> {
  try {
    const { data, summary } = await tool.run(input);
    return { content: [{ type: 'text', text: summary }], structuredContent: data };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { content: [{ type: 'text', text: error.message }], isError: true };
  }
}
