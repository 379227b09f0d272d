import { effect, signal } from '@preact/signals';
import { alerts, config, readHistory } from './server.ts';
import { serverNow, window_ } from './state.ts';

/** Spans in which an alert fired, for charts to shade. */
export const bands = signal<readonly { readonly from: number; readonly to: number; readonly name: string }[]>([]);

/** Keeps the bands up to date while the page lives. */
export function followAlerts(): void {
  effect(() => {
    const active = alerts.value?.active ?? [];
    const { startMs, endMs } = window_.value;
    if (config.value?.hasAlerts !== true || endMs === 0) return;
    void readHistory(startMs, endMs + 60_000).then(
      (events) => {
        const over = events
          .filter(({ type, durationMs }) => type === 'resolved' && durationMs !== undefined)
          .map(({ at, durationMs = 0, ruleName }) => ({
            from: Date.parse(at) - durationMs,
            to: Date.parse(at),
            name: ruleName,
          }));
        const lasting = active
          .filter(({ state }) => state === 'firing')
          .map(({ firedAt, activeAt, ruleName }) => ({
            from: Date.parse(firedAt ?? activeAt),
            to: serverNow.peek(),
            name: ruleName,
          }));
        bands.value = [...over, ...lasting];
      },
      // Without history the charts have no bands; the alerts screen shows why.
      () => (bands.value = []),
    );
  });
}
