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

const exclusionsByPeer = new WeakMap<McpPeer, TrafficExclusion[]>();

/**
 * Leaves traffic of one server out of its metrics, from the next message on. Metrics that are read over MCP would
 * otherwise change because they are read, and each change would be a reason to tell those who watch them.
 */
export function excludeTraffic(server: McpPeer, exclusion: TrafficExclusion): void {
  exclusionsFor(lowLevelPeerOf(server)).push(exclusion);
}

/** What is excluded for a peer: a list that grows when more is excluded. */
export function exclusionsOf(peer: McpPeer): readonly TrafficExclusion[] {
  return exclusionsFor(peer);
}

/** Whether a request or notification concerns something that was excluded. */
export function isExcluded(exclusions: readonly TrafficExclusion[], { method, params }: WireMessage): boolean {
  if (exclusions.length === 0 || method === undefined || params === undefined) return false;
  return exclusions.some((exclusion) => concerns(exclusion, method, params));
}

function exclusionsFor(peer: McpPeer): TrafficExclusion[] {
  let exclusions = exclusionsByPeer.get(peer);
  if (exclusions === undefined) exclusionsByPeer.set(peer, (exclusions = []));
  return exclusions;
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
