import { Client, type ClientOptions, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { ReservedLabelValue } from '@bduf/metrics-core/interfaces';
import { SIMULATED_HEADERS } from './simulated-headers.ts';
import type { TrafficLedger } from './traffic-ledger.ts';
import { RefusalError } from './workflow.ts';

/** Eras of the protocol: with sessions up to 2025-11-25, without from 2026-07-28 on. */
export type McpEra = 'legacy' | 'modern';

const OPTIONS: Readonly<Record<McpEra, ClientOptions>> = {
  legacy: {},
  modern: { versionNegotiation: { mode: { pin: '2026-07-28' } } },
};
const LEGACY_VERSION = '2025-11-25';
const ROUTE = '/mcp';

/** Options of a {@link SimulatedMcpClient}. */
export interface SimulatedMcpClientOptions {
  /** Where the service is. */
  readonly origin: string;
  readonly era: McpEra;
  /** Where calls and requests are counted. */
  readonly ledger: TrafficLedger;
  /** Told when the client has closed its connection properly. */
  readonly onClosed: (client: SimulatedMcpClient) => void;
}

/** An MCP client that counts each tool that it calls and each HTTP request that it takes. */
export class SimulatedMcpClient {
  readonly #client: Client;
  readonly #transport: StreamableHTTPClientTransport;
  readonly #ledger: TrafficLedger;
  readonly #era: McpEra;
  readonly #onClosed: (client: SimulatedMcpClient) => void;
  readonly #pending = new Set<Promise<unknown>>();

  constructor({ origin, era, ledger, onClosed }: SimulatedMcpClientOptions) {
    this.#era = era;
    this.#onClosed = onClosed;
    this.#ledger = ledger;
    this.#client = new Client({ name: `simulated-${era}`, version: '0.0.0' }, OPTIONS[era]);
    this.#transport = new StreamableHTTPClientTransport(new URL(ROUTE, origin), {
      requestInit: { headers: SIMULATED_HEADERS },
      fetch: (url, init) => this.#fetch(url, init),
    });
  }

  /** Connects the client. Nothing else may be asked of it before. */
  connect(): Promise<void> {
    return this.#client.connect(this.#transport);
  }

  /**
   * Calls a tool of the service.
   *
   * @returns Its structured content.
   * @throws RefusalError when the result is an error.
   */
  async callTool(name: string, args: object): Promise<unknown> {
    const { isError, content, structuredContent } = await this.#client.callTool({ name, arguments: { ...args } });
    this.#ledger.tools.count(name, isError === true ? 'error' : 'ok');
    if (isError === true) throw new RefusalError(`${name}: ${JSON.stringify(content)}`);
    return structuredContent;
  }

  /** Calls a tool that offers metrics. Such calls are no traffic of the service and not counted. */
  async askForMetrics(name: string, args: object): Promise<unknown> {
    const { content, structuredContent } = await this.#client.callTool({ name, arguments: { ...args } });
    return structuredContent ?? content;
  }

  /** Calls a tool that the service does not have. */
  async callUnknownTool(name: string): Promise<void> {
    await this.#client.callTool({ name }).then(
      () => {
        throw new Error(`The service seems to have a tool ${name}.`);
      },
      () => this.#ledger.tools.count(ReservedLabelValue.OTHER, 'error'),
    );
  }

  /** Names of the tools that the service offers. */
  async listTools(): Promise<readonly string[]> {
    return (await this.#client.listTools()).tools.map(({ name }) => name);
  }

  /** Text of a resource. */
  async readResource(uri: string): Promise<string> {
    const [content] = (await this.#client.readResource({ uri })).contents;
    return content !== undefined && 'text' in content ? content.text : '';
  }

  /** Text of the first message of a prompt. */
  async getPrompt(name: string, args: Readonly<Record<string, string>>): Promise<string> {
    const [message] = (await this.#client.getPrompt({ name, arguments: args })).messages;
    return message?.content.type === 'text' ? message.content.text : '';
  }

  /** Ends the session, if there is one, and closes the connection. */
  async close(): Promise<void> {
    // A request that is given up before its response could not be counted.
    await Promise.allSettled(this.#pending);
    if (this.#era === 'legacy') {
      await this.#transport.terminateSession();
      this.#ledger.sessions.count('http', LEGACY_VERSION);
    }
    await this.#client.close();
    this.#onClosed(this);
  }

  /** Closes the connection without a word, whatever is under way. */
  drop(): void {
    // A client that is still finding out which era its server speaks does not know its transport yet.
    this.#transport.close().catch(() => undefined);
    this.#client.close().catch(() => undefined);
  }

  async #fetch(url: string | URL, init: RequestInit | undefined): Promise<Response> {
    const method = init?.method ?? 'GET';
    const pending = fetch(url, init);
    this.#pending.add(pending);
    try {
      const response = await pending;
      this.#ledger.requests.count(method, ROUTE, String(response.status));
      return response;
    } catch (error) {
      this.#ledger.failures.count(method, ROUTE);
      throw error;
    } finally {
      this.#pending.delete(pending);
    }
  }
}
