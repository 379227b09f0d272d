/** What this package uses of an `McpServer` of either SDK to offer metrics. Parameters are `never` where any must fit. */
export interface ExposableServer {
  /** Attaches the server to a transport. */
  connect: (transport: never) => Promise<unknown>;
  /** Registers a tool. */
  registerTool: (...args: never) => unknown;
  /** Registers a resource or a template of resources. */
  registerResource: (...args: never) => unknown;
  /** Registers a prompt. */
  registerPrompt: (...args: never) => unknown;
  /** The low-level server. */
  readonly server: { connect: (transport: never) => Promise<unknown> };
}

/** The same server in the words in which this package calls it. */
export interface CallableServer {
  /** Registers a tool. */
  registerTool(name: string, config: object, callback: (input: never) => Promise<unknown>): unknown;
  /** Registers a resource. */
  registerResource(
    name: string,
    uriOrTemplate: string | ResourceTemplateShape,
    config: object,
    callback: (uri: URL) => Promise<unknown>,
  ): unknown;
  /** Registers a prompt. */
  registerPrompt(name: string, config: object, callback: (input: never) => Promise<unknown>): unknown;
  /** The low-level server. */
  readonly server: LowLevelServer;
}

/** What both SDKs' templates of resources offer. */
export interface ResourceTemplateShape {
  /** The pattern. */
  readonly uriTemplate: {
    toString(): string;
    match(uri: string): Record<string, string> | null;
    readonly variableNames: readonly string[];
  };
  /** Lists resources of the pattern. */
  readonly listCallback: () => Promise<{ readonly resources: readonly object[] }>;
  /** Completes a variable of the pattern. */
  completeCallback(variable: string): ((value: string) => Promise<readonly string[]>) | undefined;
}

/** What both SDKs' low-level servers offer. */
export interface LowLevelServer {
  /** Attaches the server to a transport. */
  connect: (transport: never) => Promise<unknown>;
  /** Declares capabilities; possible until connected. */
  registerCapabilities(capabilities: object): void;
  /** Fails when there is a handler for the method. */
  assertCanSetRequestHandler(method: string): void;
  /** Handles requests: by method in SDK v2, by a schema with the method in it in SDK v1. */
  setRequestHandler(methodOrSchema: unknown, handler: (request: UriRequest) => Promise<object>): void;
  /** Tells the client that a resource changed. */
  sendResourceUpdated(params: { readonly uri: string }): Promise<void>;
  /** The connection, if there is one. */
  readonly transport?: unknown;
  /** Present in SDK v2 only. */
  readonly projectCallToolResult?: unknown;
}

/** A request about one resource. */
export interface UriRequest {
  /** Its parameters. */
  readonly params: { readonly uri: string };
}
