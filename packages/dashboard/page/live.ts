import { signal } from '@preact/signals';
import type { LiveSeries } from '../src/stream/live-series.ts';
import { type AlertsState, alerts, config, health } from './server.ts';
import { serverNow } from './state.ts';

/** Whether frames arrive. */
export const connection = signal<'connecting' | 'live' | 'stale'>('connecting');
/** When the last frame arrived, by the clock of the browser. */
const lastFrameAt = signal(0);
/** Series that the stream has no room for. */
export const leftOut = signal(0);

const series = new Map<number, LiveSeries>();
const byMetric = new Map<string, number[]>();
const values = new Map<number, number | null>();

interface Frame {
  readonly t: number;
  readonly v: readonly (number | null)[];
  readonly i?: readonly number[];
  readonly s?: readonly LiveSeries[];
  readonly leftOut?: number;
}

/** The newest value of each series of a metric. Read `serverNow` to be called again. */
export function liveValues(
  metric: string,
): readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number | null }[] {
  const found = [];
  for (const id of byMetric.get(metric) ?? []) {
    const one = series.get(id);
    const value = values.get(id);
    if (one !== undefined && value !== undefined && one.f !== 'sum') found.push({ labels: one.l, value });
  }
  return found;
}

function learn(fresh: readonly LiveSeries[]): void {
  for (const one of fresh) {
    if (series.has(one.i)) continue;
    series.set(one.i, one);
    const ids = byMetric.get(one.m);
    if (ids === undefined) byMetric.set(one.m, [one.i]);
    else ids.push(one.i);
  }
}

function take(frame: Frame): void {
  if (frame.s !== undefined) learn(frame.s);
  const ids = frame.i ?? frame.s?.map(({ i }) => i) ?? [];
  ids.forEach((id, at) => values.set(id, frame.v[at] ?? null));
  if (frame.leftOut !== undefined) leftOut.value = frame.leftOut;
  lastFrameAt.value = Date.now();
  connection.value = 'live';
  serverNow.value = frame.t;
}

function frameOf(text: string): Frame {
  // The server of the same package wrote it.
  return JSON.parse(text) as Frame;
}

/** Begins to listen. The browser connects again by itself; only an outright refusal needs a new try. */
export function listen(): void {
  const source = new EventSource('api/live');
  const on = (name: string, use: (text: string) => void): void => {
    source.addEventListener(name, ({ data }: MessageEvent<string>) => use(data));
  };
  on('snapshot', (text) => {
    series.clear();
    byMetric.clear();
    values.clear();
    take(frameOf(text));
  });
  on('delta', (text) => take(frameOf(text)));
  // The server of the same package wrote these.
  on('alerts', (text) => (alerts.value = JSON.parse(text) as AlertsState));
  on('health', (text) => (health.value = (JSON.parse(text) as { checks: NonNullable<typeof health.value> }).checks));
  source.addEventListener('error', () => {
    connection.value = 'stale';
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(listen, 3000);
  });
}

setInterval(() => {
  const patienceMs = Math.max(6000, (config.peek()?.intervalMs ?? 2000) * 3);
  if (connection.peek() === 'live' && Date.now() - lastFrameAt.peek() > patienceMs) connection.value = 'stale';
}, 1000);
