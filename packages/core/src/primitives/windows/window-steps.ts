import type { SampleWindow } from './sample-window.ts';
import { secondsOf } from './window-extrapolation.ts';
import type { WindowKernel } from './window-kernel.ts';

/** Increase of a counter per second between the last two samples. */
export const lastRate: WindowKernel = (window) => {
  const { end, column } = window;
  if (window.size < 2) return undefined;
  const [before, after] = [window.value(end - 2), window.value(end - 1)];
  const counted = column.increases?.[end - 1] ?? (window.isReset(end - 1) ? after : after - before);
  return counted / secondsOf(window.time(end - 1) - window.time(end - 2));
};

/** Change of a gauge between the last two samples. */
export const lastDelta: WindowKernel = (window) =>
  window.size < 2 ? undefined : window.value(window.end - 1) - window.value(window.end - 2);

/** How often the value differs from the one before. */
export function countChanges(window: SampleWindow, from: number): number {
  let changes = 0;
  for (let index = from; index < window.end; index++) {
    const [before, after] = [window.value(index - 1), window.value(index)];
    if (after !== before && !(Number.isNaN(after) && Number.isNaN(before))) changes++;
  }
  return changes;
}

/** How often the counter began again from 0 with a sample from `from` on. */
export function countResets(window: SampleWindow, from: number): number {
  const { end, column } = window;
  let count = 0;
  if (column.cells !== undefined) {
    for (let index = from; index < end; index++) count += column.cells.resets[index] ?? 0;
    return count;
  }
  const { resets } = column;
  for (let at = 0; at < resets.length; at++) {
    const index = resets[at] ?? 0;
    if (index >= from && index < end) count++;
  }
  return count;
}
