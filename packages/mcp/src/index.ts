/**
 * `@bduf/metrics-mcp`: measures MCP servers and clients. Metrics offered over MCP are at `@bduf/metrics-mcp/expose`.
 */

// Instrumentation.
export { instrumentMcpServer } from './instrument-mcp-server.ts';
export { instrumentMcpClient } from './instrument-mcp-client.ts';
export { type McpInstrumentationOptions, McpNaming } from './mcp-instrumentation-options.ts';

// What can be instrumented, for the signatures above.
export type { McpPeer, McpServerLike } from './sdk/sdk-shapes.ts';
