/**
 * Times that only rise, for systems that refuse two values of one time and values that are older than the last.
 *
 * @returns Gives a time at or after a given one, in whole milliseconds, later than all before.
 */
export function risingTimes(): (nowMs: number) => number {
  let lastMs = -Infinity;
  return (nowMs) => {
    lastMs = Math.max(Math.floor(nowMs), lastMs + 1);
    return lastMs;
  };
}
