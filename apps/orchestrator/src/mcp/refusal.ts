/** Code of errors that the protocol leaves to the server. */
const SERVER_ERROR = -32_000;

/** The response to a request that no MCP server gets to see, in the form that MCP clients understand. */
export function refusal(status: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', error: { code: SERVER_ERROR, message }, id: null }, { status });
}
