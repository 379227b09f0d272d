import type { CallToolResult } from '@modelcontextprotocol/server';

/**
 * What a tool returns: a value as structured content and, for clients that know only text, as JSON.
 *
 * @param value - A JSON object.
 */
export function toolResult(value: object): CallToolResult {
  // Values of services are records of JSON, declared as interfaces.
  const structuredContent = value as Record<string, unknown>;
  return { content: [{ type: 'text', text: JSON.stringify(value) }], structuredContent };
}
