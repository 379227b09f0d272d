import { useMemo, useState } from 'preact/hooks';
import { bands } from '../alert-bands.ts';
import { copy } from '../copy.ts';
import type { Question } from '../questions.ts';
import { type Unit, clock, format, labelText } from '../format.ts';
import { type JsonAnswer, config } from '../server.ts';
import { type Window, useAnswers } from '../use-answers.ts';
import { Heatmap } from './heatmap.tsx';
import { crosshairMs, pointedAt } from './crosshair.ts';
import { LineChart } from './line-chart.tsx';
import { lastKnown } from './known-values.ts';
import type { Line, PlotData } from './plot.ts';

/** A question of a panel, and how its lines are called; by default by their labels. */
export interface PanelQuery {
  readonly query: Question;
  readonly name?: string;
  /** Variable of a colour, where it has a meaning; for some lines, or for all of the query. */
  readonly color?: string | ((labels: Readonly<Record<string, string>>) => string | undefined);
}

/** What a panel shows. */
export interface ChartPanelProps {
  readonly title: string;
  readonly note?: string;
  readonly unit: Unit;
  readonly queries: (window: Window) => readonly PanelQuery[];
  readonly isHeatmap?: boolean;
  readonly wide?: boolean;
}

const COLORS = ['--c1', '--c2', '--c3', '--c4', '--c5', '--c6', '--c7', '--c8'];

/** A chart with its table, its legend and its question in PromQL. */
export function ChartPanel({ title, note, unit, queries, isHeatmap = false, wide = false }: ChartPanelProps) {
  const [isTable, setTable] = useState(false);
  const { answers, error, window } = useAnswers((w) => queries(w).map(({ query }) => query.expression));
  const { times, lines, more } = useMemo(() => linesOf(queries(window), answers, window), [answers]);
  const gap = answers?.find(({ reason }) => reason !== undefined)?.reason;
  const hasData = lines.length > 0;
  return (
    <section class={wide ? 'panel wide' : 'panel'} aria-label={title}>
      <header>
        <h3>{title}</h3>
        {note !== undefined && <span class="note">{note}</span>}
        <span class="tools">
          <button
            type="button"
            class="quiet"
            aria-pressed={isTable}
            onClick={() => setTable(!isTable)}
            aria-label={`${title}: show as ${isTable ? 'chart' : 'table'}`}
          >
            {isTable ? 'Chart' : 'Table'}
          </button>
          <button
            type="button"
            class="quiet"
            onClick={() => copy((answers ?? []).map(({ promQl }) => promQl).join('\n') || 'No answer yet.', 'PromQL')}
            aria-label={`${title}: copy as PromQL`}
          >
            PromQL
          </button>
        </span>
      </header>
      {error !== undefined && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {hasData ? (
        isTable ? (
          <SeriesTable title={title} lines={lines} times={times} unit={unit} />
        ) : isHeatmap ? (
          <Heatmap answer={answers?.[0]} window={window} label={`${title}: heat map; the table has the numbers`} />
        ) : (
          <LineChart
            times={times}
            lines={lines}
            unit={unit}
            bands={bands.value}
            label={`${title}: ${lines.map(({ label, values }) => `${label} ${format(lastKnown(values), unit)}`).join(', ')}`}
          />
        )
      ) : (
        error === undefined && <Nothing isAsked={answers !== undefined} gap={gap} />
      )}
      {hasData && !isTable && !isHeatmap && <Legend times={times} lines={lines} unit={unit} more={more} />}
    </section>
  );
}

/** What the lines are, with their values at the crosshair, or else the newest. */
function Legend({ times, lines, unit, more }: PlotData & { readonly more: number }) {
  const at = pointedAt(times, crosshairMs.value);
  return (
    <ul class="legend">
      {lines.map(({ label, color, values }) => (
        <li key={label}>
          <i class={`dot ${color.slice(2)}`} /> <span>{label}</span>{' '}
          <b>{format(at === undefined ? lastKnown(values) : values[at], unit)}</b>
        </li>
      ))}
      {more > 0 && <li class="muted">{more} more in the explorer</li>}
    </ul>
  );
}

/** What to do when there is nothing to see. */
export function Nothing({ isAsked, gap }: { readonly isAsked: boolean; readonly gap?: string | undefined }) {
  if (config.value?.hasHistory === false)
    return (
      <p class="empty">
        No history. Pass <code>history</code> to metricsDashboard() to see the past.
      </p>
    );
  if (!isAsked) return <div class="skeleton" aria-label="Loading" role="status" />;
  const texts: Readonly<Record<string, string>> = {
    not_tracked: 'Tracking began just now. The first points come within a minute.',
    unknown_metric: 'Nothing has recorded this metric yet. It appears with the first record.',
    before_retention: 'This is older than what is kept. Choose a shorter range.',
  };
  return (
    <p class="empty">{texts[gap ?? ''] ?? 'No value in this span. Choose a longer range, or wait for traffic.'}</p>
  );
}

/** Failures in the colour of failures, whatever their place in the list. */
export function outcomeColor(outcome: string | undefined): string | undefined {
  if (outcome === undefined) return undefined;
  if (outcome === 'error' || outcome.startsWith('5')) return '--bad';
  if (outcome === 'cancelled' || outcome.startsWith('4')) return '--c3';
  return outcome === 'ok' || outcome.startsWith('2') ? '--c1' : undefined;
}

function colorOf(color: PanelQuery['color'], labels: Readonly<Record<string, string>>): string | undefined {
  return typeof color === 'function' ? color(labels) : color;
}

function linesOf(
  list: readonly PanelQuery[],
  answers: readonly JsonAnswer[] | undefined,
  { startMs, endMs, stepMs }: Window,
): { times: number[]; lines: Line[]; more: number } {
  const times: number[] = [];
  for (let t = startMs; t <= endMs; t += stepMs) times.push(t);
  const all = (answers ?? []).flatMap((answer, at) =>
    answer.series.map((series) => ({
      series,
      name: list[at]?.name,
      color: colorOf(list[at]?.color, series.labels),
      size: Math.max(...series.v.map((value) => value ?? 0)),
    })),
  );
  const shown = all
    .toSorted((a, b) => (a.name === undefined || b.name === undefined ? b.size - a.size : 0))
    .slice(0, COLORS.length);
  const lines = shown.map(({ series, name, color }, at) => {
    const values = times.map((): number | null => null);
    series.t.forEach((ms, point) => (values[Math.round((ms - startMs) / stepMs)] = series.v[point] ?? null));
    values.length = times.length;
    const label =
      name === undefined
        ? labelText(series.labels)
        : Object.keys(series.labels).length === 0
          ? name
          : `${name} ${labelText(series.labels)}`;
    return { label, values, color: color ?? COLORS[at] ?? '--c1' };
  });
  return { times, lines, more: all.length - shown.length };
}

function SeriesTable({
  title,
  lines,
  times,
  unit,
}: {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly times: readonly number[];
  readonly unit: Unit;
}) {
  const every = Math.max(1, Math.floor(times.length / 30));
  const rows = times
    .map((t, at) => ({ t, at }))
    .filter(({ at }) => (times.length - 1 - at) % every === 0)
    .toReversed();
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`${title}, table`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {lines.map(({ label }) => (
              <th scope="col" class="num" key={label}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ t, at }) => (
            <tr key={t}>
              <th scope="row">{clock(t)}</th>
              {lines.map(({ label, values }) => (
                <td class="num" key={label}>
                  {format(values[at], unit)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
