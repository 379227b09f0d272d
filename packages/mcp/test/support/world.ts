import type { Readings } from './readings.ts';

/** A client in words that do not depend on the SDK. */
export interface TestClient {
  listTools(): Promise<readonly string[]>;
  /** Calls a tool; rejects when the answer is a protocol error. */
  callTool(name: string, args?: object, options?: CallOptions): Promise<ToolAnswer>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly meta?: Readonly<Record<string, unknown>>;
}

export interface ToolAnswer {
  readonly isError: boolean;
  readonly text: string;
}

/** A connected client and server. */
export interface OpenWorld {
  readonly client: TestClient;
  /** Ends the connection from the client's side, then the server's. */
  close(): Promise<void>;
  /** What the server measured; complete once the world is closed. Undefined while that cannot be seen from here. */
  readings(): Promise<Readings | undefined>;
}

/** One combination of SDK, transport and revision. */
export interface World {
  readonly title: string;
  readonly transport: string;
  readonly protocolVersion: string;
  /** How the server learns that a client gave up. */
  readonly abortedAs: 'cancelled' | 'connection_closed';
  /** Whether there is a session. */
  readonly hasSession: boolean;
  open(): Promise<OpenWorld>;
}

/** The text of a tool's answer, as both SDKs return it. */
export function answerOf(result: unknown): ToolAnswer {
  const { isError, content } = result as {
    readonly isError?: boolean;
    readonly content?: readonly { readonly text?: string }[];
  };
  return { isError: isError === true, text: (content ?? []).map(({ text }) => text ?? '').join('') };
}

/** Waits until something holds; fails after 20 seconds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`still not so after 20 s: ${holds.toString()}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}
