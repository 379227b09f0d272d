import { BroadcastChannel } from 'node:worker_threads';

/**
 * Posts a message to all threads that listen to a channel. The channel is closed at once: an open one would gather what others
 * post.
 */
export function broadcast(name: string, message: object): void {
  const channel = new BroadcastChannel(name);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Channels between threads have no origin.
  channel.postMessage(message);
  channel.close();
}
