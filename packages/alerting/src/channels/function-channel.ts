import type { DeliveryResult, Notification } from '@bduf/metrics-core/interfaces';
import type { ChannelSender } from './channel-sender.ts';

/**
 * Takes a notification. What it gives says what became of it; nothing means that it was delivered. A rejection or a thrown
 * error means that it is to be tried again.
 */
export type NotificationFunction = (
  notification: Notification,
  options: { readonly signal: AbortSignal },
) => DeliveryResult | undefined | void | Promise<DeliveryResult | undefined | void>;

/** Makes a channel of a function. */
export function createFunctionChannel(deliver: NotificationFunction): ChannelSender {
  return {
    send: async (notification, options) => (await deliver(notification, options)) ?? { status: 'delivered' },
  };
}
