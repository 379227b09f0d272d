/**
 * What runs now and must be stopped. Each removes itself when it is stopped.
 *
 * @type {Set<{ stop: () => Promise<void> }>}
 */
export const live = new Set();

/** @type {typeof import('../index.d.ts').stopAll} */
export async function stopAll() {
  await Promise.all([...live].map((running) => running.stop()));
}
