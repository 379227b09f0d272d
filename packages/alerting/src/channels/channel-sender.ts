import type { DeliveryResult, Notification } from '@bduf/metrics-core/interfaces';
import type { ChannelCadence } from '../notify/channel-cadence.ts';

/** One channel: delivers notifications to one kind of receiver. */
export interface ChannelSender {
  /**
   * Attempts to deliver once. A rejection counts as `retry`.
   *
   * @param options - `signal` is aborted when the attempt takes too long.
   */
  send(notification: Notification, options: { readonly signal: AbortSignal }): Promise<DeliveryResult>;
  /** How it wants to be fed, when it decides itself whom to tell. */
  readonly cadence?: ChannelCadence;
  /** Frees connections. */
  close?(): Promise<void>;
}
