import type { SendOptions, Transport } from '../sdk/sdk-shapes.ts';
import type { MessageExtra, WireMessage } from '../sdk/wire-message.ts';
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
      const value: unknown = Reflect.get(target, property, target);
      return isMethod(property, value) ? value.bind(target) : value;
    },
    set(target, property, value: unknown) {
      return Reflect.set(target, property, tappedHandler(property, value, tap), target);
    },
  });
}

/** What is to be called with another `this` than the proxy; handlers are values that the SDK itself put there. */
function isMethod(property: string | symbol, value: unknown): value is (...args: readonly unknown[]) => unknown {
  return typeof value === 'function' && property !== 'constructor' && !HANDLERS.has(property);
}

const HANDLERS: ReadonlySet<string | symbol> = new Set(['onmessage', 'onclose', 'onerror']);

function tappedHandler(property: string | symbol, value: unknown, tap: ConnectionTap): unknown {
  if (typeof value !== 'function') return value;
  if (property === 'onmessage') {
    return (message: WireMessage, extra?: MessageExtra): unknown => {
      tap.received(message, extra);
      return Reflect.apply(value, undefined, [message, extra]);
    };
  }
  if (property === 'onclose') {
    return (): unknown => {
      tap.closed();
      return Reflect.apply(value, undefined, []);
    };
  }
  return value;
}
