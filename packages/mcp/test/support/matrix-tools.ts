import { z } from 'zod';
import { text } from './text-result.ts';

type Callback = (...args: readonly never[]) => unknown;

/** The one way of registering tools that both SDKs have. */
export interface ToolServer {
  registerTool(name: string, config: object, callback: Callback): unknown;
}

/** What the tools of several servers share, where each request gets a server of its own. */
export interface MatrixState {
  /** Calls of `slow` that have begun. */
  slowCalls: number;
}

/** What both SDKs hand to a callback, under either of two names. */
interface CallContext {
  readonly signal?: AbortSignal;
  readonly mcpReq?: { readonly signal: AbortSignal };
}

/** The tool that tests ask how far they are. It is never measured. */
export const PROBE = 'slow_calls';

/** Registers one tool for each way a call can end. */
export function registerMatrixTools(target: unknown, state: MatrixState): void {
  // McpServer of either SDK; their generic signatures have nothing in common that a type could say.
  const server = target as ToolServer;
  server.registerTool('fine', {}, () => text('0123456789'));
  server.registerTool('throws', {}, () => {
    throw new RangeError('out of range');
  });
  server.registerTool('says_error', {}, () => ({ ...text('no'), isError: true }));
  server.registerTool('typed', { inputSchema: { n: z.number() } }, () => text('typed'));
  server.registerTool('bad_output', { outputSchema: { n: z.number() } }, () => ({
    ...text('{}'),
    structuredContent: { n: 'not a number' },
  }));
  server.registerTool('slow', {}, async (context: CallContext) => {
    state.slowCalls++;
    await aborted(context.signal ?? context.mcpReq?.signal);
    return text('too late');
  });
  server.registerTool(PROBE, {}, () => text(String(state.slowCalls)));
}

async function aborted(signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) throw new Error('the SDK handed no signal to the tool');
  if (signal.aborted) return;
  await new Promise((resolve) => {
    signal.addEventListener('abort', resolve, { once: true });
  });
}
