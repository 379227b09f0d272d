import { effect, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { isDark, zoomOut, zoomTo } from '../state.ts';
import { crosshairMs } from './crosshair.ts';
import { type Band, Plot, type PlotData } from './plot.ts';

/** What a chart draws, and how it is called. */
export interface LineChartProps extends PlotData {
  readonly bands: readonly Band[];
  readonly label: string;
}

const HEIGHT = 180;
/** Pixels that a hand may tremble in a click. */
const MIN_DRAG = 4;

/** A line chart with a crosshair that all charts share. Drag to zoom, double-click to come back. */
export function LineChart({ times, lines, unit, bands, label }: LineChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const base = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLCanvasElement>(null);
  const dragMs = useSignal<number | undefined>(undefined);
  const [width, setWidth] = useState(0);
  const dark = isDark.value;
  useEffect(() => {
    if (host.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(host.current);
    return () => observer.disconnect();
  }, []);
  const plot = useMemo(() => new Plot({ times, lines, unit }, width, HEIGHT), [times, lines, unit, width]);
  useEffect(() => {
    if (base.current !== null && width > 0) plot.paint(base.current, bands);
  }, [plot, bands, dark]);
  useEffect(
    () =>
      effect(() => {
        if (over.current !== null) plot.paintCursor(over.current, crosshairMs.value, dragMs.value);
      }),
    [plot, dark],
  );
  const timeOf = ({ clientX, currentTarget }: PointerEvent): number =>
    plot.timeAt(clientX - (currentTarget as HTMLElement).getBoundingClientRect().left);
  const drop = (event: PointerEvent): void => {
    const from = dragMs.peek();
    const to = timeOf(event);
    dragMs.value = undefined;
    if (from !== undefined && plot.pixelsOf(Math.abs(to - from)) >= MIN_DRAG) {
      zoomTo(Math.min(from, to), Math.max(from, to));
    }
  };
  return (
    <div class="chart" ref={host} role="img" aria-label={label}>
      <canvas ref={base} />
      <canvas
        ref={over}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          dragMs.value = timeOf(event);
        }}
        onPointerMove={(event) => (crosshairMs.value = timeOf(event))}
        onPointerUp={drop}
        onPointerCancel={() => (dragMs.value = undefined)}
        onPointerLeave={() => (crosshairMs.value = undefined)}
        onDblClick={zoomOut}
      />
    </div>
  );
}
