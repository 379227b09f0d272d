import { setTimeout as delay } from 'node:timers/promises';
import { errorMessage } from '../error-message.mjs';

/** @type {typeof import('../index.d.ts').pollUntil} */
export async function pollUntil(attempt, { what, deadlineMs = 20_000, everyMs = 25, signal }) {
  const endMs = performance.now() + deadlineMs;
  const isOver = () => signal?.aborted === true || performance.now() >= endMs;
  let obstacle = 'not yet';
  while (!isOver()) {
    try {
      const value = await attempt();
      if (value !== false && value !== undefined) return value;
      obstacle = 'not yet';
    } catch (error) {
      obstacle = errorMessage(error);
    }
    await delay(everyMs);
  }
  const end = signal?.aborted === true ? String(signal.reason) : `gave up after ${deadlineMs} ms`;
  throw new Error(`${what}: ${end}; last attempt: ${obstacle}`);
}
