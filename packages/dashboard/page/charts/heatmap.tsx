import { useEffect, useRef, useState } from 'preact/hooks';
import { clock, format } from '../format.ts';
import type { JsonAnswer } from '../server.ts';
import { isDark } from '../state.ts';
import type { Window } from '../use-answers.ts';
import { crosshairMs } from './crosshair.ts';

interface Cells {
  readonly times: readonly number[];
  readonly bounds: readonly number[];
  /** Observations of bucket `b` at time `t`, at `t * bounds.length + b`. */
  readonly counts: Float64Array;
  readonly max: number;
}

/** Where measurements fell: time to the right, latency upwards, the more the stronger. */
export function Heatmap({
  answer,
  window,
  label,
}: {
  readonly answer: JsonAnswer | undefined;
  readonly window: Window;
  readonly label: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [readout, setReadout] = useState('');
  const dark = isDark.value;
  const cells = cellsOf(answer, window);
  useEffect(() => {
    if (canvas.current !== null && cells !== undefined) paint(canvas.current, cells, dark);
  }, [answer, dark]);
  if (cells === undefined) return <p class="empty">Nothing was measured in this span.</p>;
  const point = (event: PointerEvent): void => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const at = Math.floor(((event.clientX - box.left) / box.width) * cells.times.length);
    const bucket = cells.bounds.length - 1 - Math.floor(((event.clientY - box.top) / box.height) * cells.bounds.length);
    crosshairMs.value = cells.times[at];
    const count = cells.counts[at * cells.bounds.length + bucket];
    if (count === undefined) return;
    const upTo = cells.bounds[bucket] ?? Infinity;
    const range =
      upTo === Infinity ? `above ${format(cells.bounds[bucket - 1], 'seconds')}` : `up to ${format(upTo, 'seconds')}`;
    setReadout(`${clock(cells.times[at] ?? 0)} · ${range} · ${format(count)} /s`);
  };
  const leave = (): void => {
    crosshairMs.value = undefined;
    setReadout('');
  };
  return (
    <div class="heat">
      <div class="heat-axis" aria-hidden="true">
        {cells.bounds.toReversed().map((bound, at) => (
          <span key={bound}>
            {at % Math.ceil(cells.bounds.length / 6) === 0 ? (bound === Infinity ? '∞' : format(bound, 'seconds')) : ''}
          </span>
        ))}
      </div>
      <canvas ref={canvas} role="img" aria-label={label} onPointerMove={point} onPointerLeave={leave} />
      <p class="heat-readout">{readout || 'Point at a cell to read it.'}</p>
    </div>
  );
}

function cellsOf(answer: JsonAnswer | undefined, { startMs, endMs, stepMs }: Window): Cells | undefined {
  const series = [...(answer?.series ?? [])]
    .map(({ labels, t, v }) => ({ bound: boundOf(labels['le']), t, v }))
    .toSorted((a, b) => a.bound - b.bound);
  if (series.length === 0) return undefined;
  const times: number[] = [];
  for (let t = startMs; t <= endMs; t += stepMs) times.push(t);
  const counts = new Float64Array(times.length * series.length);
  let max = 0;
  const below = new Map<number, number>();
  series.forEach(({ t, v }, bucket) =>
    t.forEach((ms, at) => {
      const cumulative = v[at] ?? 0;
      const count = Math.max(0, cumulative - (below.get(ms) ?? 0));
      below.set(ms, cumulative);
      counts[Math.round((ms - startMs) / stepMs) * series.length + bucket] = count;
      max = Math.max(max, count);
    }),
  );
  return { times, bounds: series.map(({ bound }) => bound), counts, max };
}

function boundOf(le: string | undefined): number {
  return le === '+Inf' ? Infinity : Number(le);
}

/** One pixel for each cell; the browser scales it up without smoothing. */
function paint(canvas: HTMLCanvasElement, { times, bounds, counts, max }: Cells, dark: boolean): void {
  canvas.width = times.length;
  canvas.height = bounds.length;
  const context = canvas.getContext('2d');
  if (context === null) return;
  const image = context.createImageData(times.length, bounds.length);
  const [from, to] = dark
    ? ([
        [38, 38, 62],
        [164, 160, 255],
      ] as const)
    : ([
        [232, 232, 250],
        [61, 52, 190],
      ] as const);
  for (let x = 0; x < times.length; x += 1) {
    for (let bucket = 0; bucket < bounds.length; bucket += 1) {
      const count = counts[x * bounds.length + bucket] ?? 0;
      if (count === 0) continue;
      // The root keeps rare slow answers visible beside many fast ones.
      const strength = Math.sqrt(count / max);
      const at = ((bounds.length - 1 - bucket) * times.length + x) * 4;
      for (let c = 0; c < 3; c += 1) image.data[at + c] = (from[c] ?? 0) + ((to[c] ?? 0) - (from[c] ?? 0)) * strength;
      image.data[at + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
}
