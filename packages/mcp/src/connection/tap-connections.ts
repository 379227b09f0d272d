import { MetricsError } from '@bduf/metrics-core/interfaces';
import type { Instrumentation } from '../instrumentation.ts';
import type { Transport } from '../sdk/sdk-shapes.ts';
import { ConnectionTap, type TappedPeer } from './connection-tap.ts';
import { tapTransport } from './tap-transport.ts';

/** The part of a peer that is replaced, in the shape that any transport and any further arguments fit. */
interface ConnectablePeer {
  connect: (transport: unknown, ...rest: readonly unknown[]) => Promise<unknown>;
  readonly transport?: unknown;
}

/**
 * Measures every connection that a peer makes from now on.
 *
 * @throws MetricsError `METRICS_ERR_MCP_CONNECTED` when it is connected already: its transport is out of reach then.
 */
export function tapConnections(instrumentation: Instrumentation, tapped: TappedPeer): void {
  // Both SDKs pass `connect` whatever they are given on to the transport's own members.
  const peer = tapped.peer as unknown as ConnectablePeer;
  if (peer.transport !== undefined) throw alreadyConnected(tapped);
  const { connect } = peer;
  peer.connect = (transport, ...rest) => {
    const isTransport = typeof transport === 'object' && transport !== null;
    return connect.call(peer, isTransport ? tappedTransport(instrumentation, tapped, transport) : transport, ...rest);
  };
}

function tappedTransport(instrumentation: Instrumentation, tapped: TappedPeer, target: object): Transport {
  // What is given to `connect` is a transport; the SDK complains if it is not.
  const transport = target as Transport;
  const tap = new ConnectionTap(instrumentation, tapped, transport);
  tapped.tools?.follow((id) => tap.pendingCall(id));
  return tapTransport(transport, tap);
}

function alreadyConnected({ role }: TappedPeer): MetricsError {
  return new MetricsError(
    'METRICS_ERR_MCP_CONNECTED',
    `The MCP ${role} is already connected, so its traffic cannot be measured; instrument it before it connects.`,
  );
}
