import { query } from './questions.ts';
import { clock } from './format.ts';
import { health } from './server.ts';
import { useAnswers } from './use-answers.ts';

const MARKS = 60;
const TONES = { healthy: ['ok', '●'], degraded: ['warn', '▲'], unhealthy: ['bad', '✕'] } as const;

/** For each check the results of the range as marks that differ in shape, not only in colour, and what it says now. */
export function HealthStrips() {
  const { answers, window } = useAnswers(() => [query('health_check_status').expression]);
  const { startMs, endMs } = window;
  const names = new Set([
    ...(health.value ?? []).map(({ name }) => name),
    ...(answers?.[0]?.series ?? []).map(({ labels }) => labels['check'] ?? ''),
  ]);
  if (names.size === 0)
    return (
      <p class="empty">
        No health check has run. Pass <code>health</code> to metricsDashboard(), and register checks with
        SystemHealthMonitor.
      </p>
    );
  return (
    <ul class="strips">
      {[...names].toSorted().map((name) => {
        const now = health.value?.find((check) => check.name === name);
        const series = answers?.[0]?.series.find(({ labels }) => labels['check'] === name);
        const marks = Array.from({ length: MARKS }, (): number | null => null);
        series?.t.forEach((t, at) => {
          const mark = Math.min(MARKS - 1, Math.floor(((t - startMs) / (endMs - startMs || 1)) * MARKS));
          const value = series.v[at] ?? null;
          // The worst result of a mark's time is the one to see.
          if (value !== null) marks[mark] = Math.min(marks[mark] ?? 1, value);
        });
        const [tone, shape] = now === undefined ? ['', '?'] : TONES[now.status];
        return (
          <li key={name}>
            <span class="check">
              <b class={tone} aria-hidden="true">
                {shape}
              </b>{' '}
              {name}
            </span>
            <svg
              class="strip"
              preserveAspectRatio="none"
              viewBox={`0 0 ${MARKS * 4} 16`}
              role="img"
              aria-label={`${name}: ${summary(marks)} between ${clock(startMs)} and ${clock(endMs)}`}
            >
              {marks.map((value, at) => (
                <Mark key={at} value={value} x={at * 4} />
              ))}
            </svg>
            <span class="says">
              {now === undefined ? 'not run' : `${now.status}${now.message === undefined ? '' : `: ${now.message}`}`}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function Mark({ value, x }: { readonly value: number | null; readonly x: number }) {
  if (value === null) return <rect class="none" x={x} y="7" width="3" height="2" />;
  if (value >= 1) return <rect class="ok" x={x} y="2" width="3" height="12" />;
  return value > 0 ? (
    <rect class="warn" x={x} y="6" width="3" height="8" />
  ) : (
    <rect class="bad" x={x} y="0" width="3" height="16" />
  );
}

function summary(marks: readonly (number | null)[]): string {
  const known = marks.filter((value) => value !== null);
  const bad = known.filter((value) => value < 1).length;
  return known.length === 0
    ? 'no results'
    : bad === 0
      ? 'always healthy'
      : `not healthy in ${bad} of ${known.length} intervals`;
}
