import type { McpPeer, McpServerLike } from './sdk-shapes.ts';

/** The object that speaks the protocol: the server inside a high-level server, otherwise the peer itself. */
export function lowLevelPeerOf(peer: McpPeer): McpPeer {
  const { server } = peer as McpServerLike;
  return typeof server?.connect === 'function' ? server : peer;
}
