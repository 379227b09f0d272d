import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { type Unit, clock, format } from '../format.ts';
import { isDark, zoomOut, zoomTo } from '../state.ts';

/** One line. */
export interface Line {
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly color: string;
}

/** What a chart draws: times in milliseconds, lines of the same length, spans to shade. */
export interface LineChartProps {
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly unit: Unit;
  readonly bands?: readonly { readonly from: number; readonly to: number }[];
  readonly height?: number;
  readonly label: string;
}

const css = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Distances of marks that are round in KiB and MiB. */
const BYTE_STEPS = Array.from({ length: 50 }, (_, power) => 2 ** power);

/** A line chart with a crosshair that all charts share. Drag to zoom, double-click to come back. */
export function LineChart(props: LineChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const shape = `${props.unit}|${props.lines.map(({ label, color }) => `${label}=${color}`).join('|')}`;
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const draw = (): void => {
      chart.current?.destroy();
      chart.current = new uPlot(optionsOf(latest, element.clientWidth || 400), dataOf(latest.current), element);
    };
    const stop = effect(() => {
      void isDark.value;
      draw();
    });
    const resize = new ResizeObserver(() => {
      const { height = 180 } = latest.current;
      if (chart.current !== undefined && chart.current.width !== element.clientWidth) {
        chart.current.setSize({ width: element.clientWidth, height });
      }
    });
    resize.observe(element);
    return () => {
      stop();
      resize.disconnect();
      chart.current?.destroy();
    };
  }, [shape]);
  useEffect(() => chart.current?.setData(dataOf(props)), [props.times, props.lines]);
  return <div class="chart" ref={host} role="img" aria-label={props.label} />;
}

function dataOf({ times, lines }: LineChartProps): uPlot.AlignedData {
  return [times.map((ms) => ms / 1000), ...lines.map(({ values }) => [...values])];
}

function optionsOf(latest: { readonly current: LineChartProps }, width: number): uPlot.Options {
  const { lines, unit, height = 180 } = latest.current;
  const axis = {
    stroke: css('--muted'),
    grid: { stroke: css('--line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };
  return {
    width,
    height,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: 'all' }, points: { size: 6 }, drag: { x: true, y: false, setScale: false } },
    scales: { x: { time: true }, y: { range: (_u, min, max) => rangeOf(min, max, unit) } },
    axes: [
      { ...axis, space: 90, size: 26, values: (_u, at) => at.map((seconds) => clock(seconds * 1000).slice(0, 5)) },
      {
        ...axis,
        size: 66,
        space: 34,
        ...(unit.startsWith('bytes') && { incrs: BYTE_STEPS }),
        values: (_u, at) => at.map((value) => format(value, unit)),
      },
    ],
    series: [{}, ...lines.map(({ label, color }) => seriesOf(label, css(color), lines.length === 1))],
    hooks: {
      drawClear: [(u) => drawBands(u, latest.current.bands ?? [])],
      setSelect: [
        (u) => {
          if (u.select.width < 4) return;
          zoomTo(u.posToVal(u.select.left, 'x') * 1000, u.posToVal(u.select.left + u.select.width, 'x') * 1000);
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
      ready: [(u) => u.over.addEventListener('dblclick', zoomOut)],
      setCursor: [(u) => showReadout(u, latest.current)],
    },
  };
}

function seriesOf(label: string, stroke: string, isOnly: boolean): uPlot.Series {
  return {
    label,
    stroke,
    width: 1.5,
    spanGaps: false,
    points: { show: false },
    ...(isOnly ? { fill: `${stroke}1f` } : {}),
  };
}

function rangeOf(min: number | null, max: number | null, unit: Unit): [number, number] {
  const high = max === null || max <= 0 ? 1 : max * 1.1;
  const isShare = unit === 'ratio' && high < 1 && high > 0.6;
  return [Math.min(0, min ?? 0), isShare ? 1 : high];
}

function drawBands(u: uPlot, bands: NonNullable<LineChartProps['bands']>): void {
  u.ctx.save();
  u.ctx.fillStyle = css('--band');
  for (const { from, to } of bands) {
    const left = Math.max(u.bbox.left, u.valToPos(from / 1000, 'x', true));
    const right = Math.min(u.bbox.left + u.bbox.width, u.valToPos(to / 1000, 'x', true));
    if (right > left) u.ctx.fillRect(left, u.bbox.top, right - left, u.bbox.height);
  }
  u.ctx.restore();
}

/** Writes the values under the crosshair into the legend that follows the chart, if there is one. */
function showReadout(u: uPlot, { lines, unit }: LineChartProps): void {
  const legend = u.root.parentElement?.parentElement?.querySelector('[data-legend]');
  if (legend === null || legend === undefined) return;
  const { idx } = u.cursor;
  legend.querySelectorAll('[data-value]').forEach((cell, at) => {
    const values = lines[at]?.values ?? [];
    const value = idx === null || idx === undefined ? lastKnown(values) : values[idx];
    // The text node itself changes: a new one would be out of the renderer's reach and stay for ever.
    if (cell.firstChild !== null) cell.firstChild.nodeValue = format(value, unit);
  });
}

/** The last value that is known. */
export function lastKnown(values: readonly (number | null)[]): number | null {
  for (let at = values.length - 1; at >= 0; at -= 1) {
    const value = values[at];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}
