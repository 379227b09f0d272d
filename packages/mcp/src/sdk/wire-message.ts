/** Identifies a request among those of one direction of one connection. */
export type RequestId = string | number;

/** What this package reads of a JSON-RPC message. It comes from the peer: every part may be missing or of another type. */
export interface WireMessage {
  /** Present in requests and responses. */
  readonly id?: RequestId;
  /** Present in requests and notifications. */
  readonly method?: string;
  /** Parameters of a request or notification. */
  readonly params?: WireParams;
  /** Present in responses that are not errors. */
  readonly result?: WireResult;
  /** Present in responses that are errors. */
  readonly error?: { readonly code?: unknown };
}

/** What this package reads of the parameters of a request or notification. */
export interface WireParams {
  /** Name of the tool or prompt. */
  readonly name?: unknown;
  /** URI of a resource. */
  readonly uri?: unknown;
  /** What is to be completed. */
  readonly ref?: { readonly uri?: unknown; readonly name?: unknown };
  /** The request that a cancellation is about. */
  readonly requestId?: RequestId;
  /** Metadata of the protocol and of tracing. */
  readonly _meta?: Readonly<Record<string, unknown>>;
}

/** What this package reads of a result. */
export interface WireResult {
  /** Whether a tool says that it failed. */
  readonly isError?: unknown;
  /** Contents of a tool's answer. */
  readonly content?: unknown;
  /** Data of a tool's answer. */
  readonly structuredContent?: unknown;
  /** Tools of a `tools/list` answer. */
  readonly tools?: unknown;
  /** Version that an `initialize` answer settles on. */
  readonly protocolVersion?: unknown;
  /** Versions that a `server/discover` answer offers. */
  readonly supportedVersions?: unknown;
}

/** What transports say about a message beside it. */
export interface MessageExtra {
  /** HTTP request, as SDK v1 describes it. */
  readonly requestInfo?: { readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>> };
  /** HTTP request, as SDK v2 passes it. */
  readonly request?: { readonly headers?: { get(name: string): string | null } };
}
