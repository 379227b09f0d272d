/**
 * Lets the event loop look at sockets, so that what the operating system already knows is heard: on one machine that is the
 * end of a connection, and that nobody took what was just sent.
 */
export async function hearObjections(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}
