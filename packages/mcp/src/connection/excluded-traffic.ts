import { lowLevelPeerOf } from '../sdk/low-level-peer.ts';
import type { McpPeer } from '../sdk/sdk-shapes.ts';
import type { WireMessage } from '../sdk/wire-message.ts';

/** What of a server's traffic is not measured. */
export interface TrafficExclusion {
  /** Tools by name. */
  readonly tools?: readonly string[];
  /** Prompts by name. */
  readonly prompts?: readonly string[];
  /** Start of the URIs of resources. */
  readonly uriPrefix?: string;
}

const exclusions = new WeakMap<object, TrafficExclusion[]>();

/**
 * Leaves traffic of one server out of its metrics, from the next message on. Metrics that are read over MCP would
 * otherwise change because they are read, and each change would be a reason to tell those who watch them.
 */
export function excludeTraffic(server: McpPeer, exclusion: TrafficExclusion): void {
  const peer = lowLevelPeerOf(server);
  exclusions.set(peer, [...(exclusions.get(peer) ?? []), exclusion]);
}

/** Whether a request or notification concerns something that was excluded for the peer. */
export function isExcluded(peer: McpPeer, { method, params }: WireMessage): boolean {
  if (method === undefined || params === undefined) return false;
  return exclusions.get(peer)?.some((exclusion) => concerns(exclusion, method, params)) ?? false;
}

function concerns(
  { tools, prompts, uriPrefix }: TrafficExclusion,
  method: string,
  params: NonNullable<WireMessage['params']>,
): boolean {
  switch (method) {
    case 'tools/call':
      return includes(tools, params.name);
    case 'prompts/get':
      return includes(prompts, params.name);
    case 'completion/complete':
      return includes(prompts, params.ref?.name) || startsWith(params.ref?.uri, uriPrefix);
    default:
      return startsWith(params.uri, uriPrefix);
  }
}

function includes(names: readonly string[] | undefined, name: unknown): boolean {
  return names?.some((each) => each === name) ?? false;
}

function startsWith(uri: unknown, prefix: string | undefined): boolean {
  return prefix !== undefined && typeof uri === 'string' && uri.startsWith(prefix);
}
