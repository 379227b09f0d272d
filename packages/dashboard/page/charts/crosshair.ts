import { type Signal, signal } from '@preact/signals';

/** The moment that is pointed at in any chart, in milliseconds since the epoch; all charts mark it. */
export const crosshairMs: Signal<number | undefined> = signal<number | undefined>(undefined);

/** The position of the moment nearest to the crosshair; `undefined` without one. The times are equally far apart. */
export function pointedAt(times: readonly number[], ms: number | undefined): number | undefined {
  const [first = 0, second = 0] = times;
  if (ms === undefined || times.length < 2) return undefined;
  const at = Math.round((ms - first) / (second - first));
  return at >= 0 && at < times.length ? at : undefined;
}
