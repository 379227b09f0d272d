import type { McpServer } from '@modelcontextprotocol/server';
import type { Fault } from '../fault.ts';

/** Tools of an MCP server that can be made to crash. */
export class ToolCrash {
  readonly #tools: ReadonlySet<string>;
  #isActive = false;

  /** @param tools - Those that crash. */
  constructor(tools: readonly string[]) {
    this.#tools = new Set(tools);
  }

  /** The fault: each call of these tools crashes. */
  get fault(): Fault {
    return {
      name: 'tool_crash',
      description: `The tools ${[...this.#tools].join(', ')} crash at each call.`,
      alert: 'tool_errors',
      begin: () => {
        this.#isActive = true;
        return () => {
          this.#isActive = false;
        };
      },
    };
  }

  /** Makes the tools that are registered with a server from now on able to crash. */
  reach(server: McpServer): McpServer {
    const register = server.registerTool.bind(server) as (name: string, config: object, handler: Handler) => unknown;
    // The handler is passed on as it came, so the types of the caller stay true.
    server.registerTool = ((name: string, config: object, handler: Handler) =>
      register(name, config, (...args) => {
        if (this.#isActive && this.#tools.has(name)) throw new Error(`${name} crashed, as it was told to.`);
        return handler(...args);
      })) as McpServer['registerTool'];
    return server;
  }
}

type Handler = (...args: readonly unknown[]) => unknown;
