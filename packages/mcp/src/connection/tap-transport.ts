import type { SendOptions, Transport } from '../sdk/sdk-shapes.ts';
import type { WireMessage } from '../sdk/wire-message.ts';
import type { ConnectionTap } from './connection-tap.ts';

/**
 * A view of a transport that shows everything that passes to a tap.
 *
 * It is a proxy and not a wrapper: SDKs ask what class a transport is of, and optional members that this package has
 * never heard of must get through. Members run on the transport itself, so private fields keep working.
 */
export function tapTransport(transport: Transport, tap: ConnectionTap): Transport {
  const send = (message: WireMessage, options?: SendOptions): Promise<void> => {
    const request = tap.sent(message);
    const delivery = transport.send(message, options);
    if (request !== undefined) tap.watchDelivery(request, delivery, options?.requestSignal);
    return delivery;
  };
  return new Proxy(transport, {
    get(target, property) {
      if (property === 'send') return send;
      const value = (target as TransportMembers)[property];
      return isMethod(property, value) ? value.bind(target) : value;
    },
    set(target, property, value: unknown) {
      return Reflect.set(target, property, tappedHandler(property, value, tap), target);
    },
  });
}

/** What is to be called with another `this` than the proxy; handlers are values that the SDK itself put there. */
function isMethod(property: string | symbol, value: unknown): value is AnyFunction {
  return typeof value === 'function' && property !== 'constructor' && !HANDLERS.has(property);
}

/** Members that this package has never heard of are of any kind. */
type TransportMembers = Transport & Readonly<Record<PropertyKey, unknown>>;

type AnyFunction = (...args: readonly unknown[]) => unknown;

const HANDLERS: ReadonlySet<string | symbol> = new Set(['onmessage', 'onclose', 'onerror']);

function tappedHandler(property: string | symbol, value: unknown, tap: ConnectionTap): unknown {
  if (property === 'onmessage' && typeof value === 'function') return tappedOnMessage(value as OnMessage, tap);
  if (property === 'onclose' && typeof value === 'function') return tappedOnClose(value as OnClose, tap);
  return value;
}

type OnMessage = NonNullable<Transport['onmessage']>;
type OnClose = NonNullable<Transport['onclose']>;

function tappedOnMessage(onMessage: OnMessage, tap: ConnectionTap): OnMessage {
  return (message, extra) => {
    tap.received(message, extra);
    onMessage(message, extra);
  };
}

function tappedOnClose(onClose: OnClose, tap: ConnectionTap): OnClose {
  return () => {
    tap.closed();
    onClose();
  };
}
