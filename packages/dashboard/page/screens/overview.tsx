import { like, query } from '../questions.ts';
import type { QueryExpression } from '@bduf/metrics-core/interfaces';
import { ChartPanel, Nothing } from '../charts/chart-panel.tsx';
import { Sparkline } from '../charts/sparkline.tsx';
import { DataTable, Panel } from '../data-table.tsx';
import { type Unit, format } from '../format.ts';
import { HealthStrips } from '../health-strips.tsx';
import { alerts, health } from '../server.ts';
import { go } from '../state.ts';
import { type Window, byLabel, single, useAnswers } from '../use-answers.ts';

const requests = query('http_requests_total');
const latency = query('http_request_duration_seconds');

/** Requests of servers' fault over all, zero while there is none. */
export const errorShare = (w: Window, ...by: string[]) =>
  requests
    .where(like('status_code', '5..'))
    .rate(w.rateMs)
    .sum(...by)
    .of(requests.rate(w.rateMs).sum(...by));

const TILES: readonly {
  readonly name: string;
  readonly unit: Unit;
  readonly to: string;
  readonly of: (w: Window) => { expression: QueryExpression };
  readonly warn?: number;
  readonly bad?: number;
}[] = [
  { name: 'Requests', unit: '/s', to: 'http', of: (w) => requests.rate(w.rateMs).sum() },
  { name: 'Errors', unit: 'ratio', to: 'http', of: (w) => errorShare(w), warn: 0.01, bad: 0.05 },
  {
    name: 'p95 latency',
    unit: 'seconds',
    to: 'http',
    of: (w) => latency.rate(w.rateMs).sum().quantile(0.95),
    warn: 0.5,
    bad: 2,
  },
  {
    name: 'Tool calls',
    unit: '/min',
    to: 'mcp',
    of: (w) => query('mcp_tool_executions_total').rate(w.rateMs).sum().times(60),
  },
  {
    name: 'Event loop p99',
    unit: 'seconds',
    to: 'system',
    of: (w) => query('event_loop_delay_seconds').rate(w.rateMs).sum().quantile(0.99),
    warn: 0.05,
    bad: 0.2,
  },
  {
    name: 'Memory of limit',
    unit: 'percent',
    to: 'system',
    of: () => query('memory_usage_percent').max(),
    warn: 75,
    bad: 90,
  },
];

/** Is the service well right now, and if not, where does it hurt? */
export function Overview() {
  return (
    <>
      <StatusBanner />
      <Tiles />
      <div class="grid three">
        <ChartPanel
          title="Requests"
          note="per second, by status class"
          unit="/s"
          queries={(w) => [
            {
              query: requests.where(like('status_code', '2..|3..')).rate(w.rateMs).sum(),
              name: 'answered',
              color: '--c1',
            },
            {
              query: requests.where(like('status_code', '4..')).rate(w.rateMs).sum(),
              name: 'refused (4xx)',
              color: '--c3',
            },
            {
              query: requests.where(like('status_code', '5..')).rate(w.rateMs).sum(),
              name: 'failed (5xx)',
              color: '--bad',
            },
          ]}
        />
        <ChartPanel
          title="Error share"
          note="5xx of all requests"
          unit="ratio"
          queries={(w) => [{ query: errorShare(w), name: 'errors', color: '--bad' }]}
        />
        <ChartPanel
          title="Latency"
          note="of all routes"
          unit="seconds"
          queries={(w) =>
            [0.5, 0.95, 0.99].map((q, at) => ({
              query: latency.rate(w.rateMs).sum().quantile(q),
              name: `p${q * 100}`,
              color: ['--c2', '--c1', '--c4'][at] ?? '--c1',
            }))
          }
        />
      </div>
      <Panel title="Health" note="one mark for each moment of the range; newest on the right">
        <HealthStrips />
      </Panel>
      <div class="grid two">
        <Slowest title="Slowest routes" metric="http_request_duration_seconds" label="route" to="http" />
        <Slowest title="Slowest tools" metric="mcp_tool_duration_seconds" label="tool" to="mcp" />
      </div>
    </>
  );
}

function StatusBanner() {
  const firing = alerts.value?.active.filter(({ state }) => state === 'firing') ?? [];
  const unwell = health.value?.filter(({ status }) => status !== 'healthy') ?? [];
  const isBad =
    firing.some(({ severity }) => severity === 'critical' || severity === 'error') ||
    unwell.some(({ status }) => status === 'unhealthy');
  const tone = isBad
    ? 'bad'
    : firing.length + unwell.length > 0
      ? 'warn'
      : alerts.value === undefined && health.value === undefined
        ? 'unknown'
        : 'ok';
  const says = {
    ok: 'All is well',
    warn: 'Degraded',
    bad: 'In trouble',
    unknown: 'No alerts or health checks are connected',
  }[tone];
  const pending = alerts.value?.active.filter(({ state }) => state === 'pending').length ?? 0;
  return (
    <section class={`banner ${tone}`} aria-label="Status" role="status">
      <span class="shape" aria-hidden="true">
        {{ ok: '✓', warn: '!', bad: '✕', unknown: '?' }[tone]}
      </span>
      <div>
        <strong>{says}</strong>
        <p>
          {firing.length > 0
            ? `${firing.length} firing: ${firing
                .slice(0, 3)
                .map(({ ruleName }) => ruleName)
                .join(', ')}`
            : 'No alert fires'}
          {pending > 0 ? ` · ${pending} pending` : ''}
          {unwell.length > 0
            ? ` · ${unwell.map(({ name, status }) => `${name} is ${status}`).join(', ')}`
            : health.value === undefined
              ? ''
              : ` · ${health.value.length} checks healthy`}
        </p>
      </div>
      {firing.length > 0 && (
        <button type="button" onClick={() => go('alerts')}>
          Show alerts
        </button>
      )}
    </section>
  );
}

function Tiles() {
  const { answers, error } = useAnswers((w) => TILES.map(({ of }) => of(w).expression));
  return (
    <div class="tiles">
      {error !== undefined && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {TILES.map(({ name, unit, to, warn, bad }, at) => {
        const value = single(answers?.[at]);
        const tone =
          value === null || bad === undefined ? '' : value >= bad ? 'bad' : value >= (warn ?? bad) ? 'warn' : '';
        return (
          <button type="button" class={`tile ${tone}`} key={name} onClick={() => go(to)}>
            <span class="name">
              {name}
              {tone !== '' && <em>{tone === 'bad' ? ' high' : ' raised'}</em>}
            </span>
            <span class="value">{format(value, unit)}</span>
            <Sparkline answer={answers?.[at]} />
          </button>
        );
      })}
    </div>
  );
}

function Slowest({
  title,
  metric,
  label,
  to,
}: {
  readonly title: string;
  readonly metric: string;
  readonly label: string;
  readonly to: string;
}) {
  const { answers } = useAnswers(
    (w) => [
      query(metric).rate(w.rateMs).sum(label).quantile(0.95).top(5).expression,
      query(metric).rate(w.rateMs).sum(label).count().expression,
    ],
    true,
  );
  const p95 = byLabel(answers?.[0], label);
  const rate = byLabel(answers?.[1], label);
  const rows = [...p95].map(([name, value]) => ({ name, value, rate: rate.get(name) ?? null }));
  return (
    <Panel title={title} note="p95, top 5">
      {answers === undefined ? (
        <Nothing isAsked={false} />
      ) : (
        <DataTable
          caption={title}
          sort="p95"
          rows={rows}
          keyOf={({ name }) => name}
          empty="No traffic in the last seconds."
          onOpen={({ name }) => go(to, { open: name })}
          columns={[
            { name: label, show: ({ name }) => name, sortBy: ({ name }) => name, isText: true },
            { name: 'per second', show: (row) => format(row.rate, '/s'), sortBy: (row) => row.rate },
            { name: 'p95', show: ({ value }) => format(value, 'seconds'), sortBy: ({ value }) => value },
          ]}
        />
      )}
    </Panel>
  );
}
