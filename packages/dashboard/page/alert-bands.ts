import { effect, signal } from '@preact/signals';
import { alerts, config, readHistory } from './server.ts';
import { shownWindow } from './state.ts';

/** A span in which an alert fired. */
export interface AlertBand {
  readonly from: number;
  /** Infinity while it does. */
  readonly to: number;
}

/** Spans in which an alert fired, for charts to shade. */
export const bands = signal<readonly AlertBand[]>([]);

/** Keeps the bands up to date while the page lives. */
export function followAlerts(): void {
  effect(() => {
    const { startMs, endMs } = shownWindow.value;
    void alerts.value;
    if (config.value?.hasAlerts === true && endMs > 0) void update(startMs, endMs);
  });
}

async function update(startMs: number, endMs: number): Promise<void> {
  try {
    show([...(await bandsOfPast(startMs, endMs)), ...bandsOfNow()]);
  } catch {
    // Without history the charts have no bands; the alerts screen shows why.
    show(bandsOfNow());
  }
}

/** The same bands as before need no drawing. */
function show(next: readonly AlertBand[]): void {
  if (JSON.stringify(next) !== JSON.stringify(bands.peek())) bands.value = next;
}

async function bandsOfPast(startMs: number, endMs: number): Promise<AlertBand[]> {
  const events = await readHistory(startMs, endMs + 60_000);
  return events
    .filter(({ type }) => type === 'resolved')
    .map(({ at, durationMs = 0 }) => ({ from: Date.parse(at) - durationMs, to: Date.parse(at) }));
}

function bandsOfNow(): AlertBand[] {
  return (alerts.peek()?.active ?? [])
    .filter(({ state }) => state === 'firing')
    .map(({ firedAt, activeAt }) => ({ from: Date.parse(firedAt ?? activeAt), to: Infinity }));
}
