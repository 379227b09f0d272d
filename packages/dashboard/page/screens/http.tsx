import { is, query } from '../questions.ts';
import { ChartPanel, Nothing, outcomeColor } from '../charts/chart-panel.tsx';
import { DataTable, Panel } from '../data-table.tsx';
import { format } from '../format.ts';
import { liveValues } from '../live.ts';
import { param, serverNow, setParams } from '../state.ts';
import { byLabel, useAnswers } from '../use-answers.ts';
import { errorShare } from './overview.tsx';

const requests = query('http_requests_total');
const latency = query('http_request_duration_seconds');

/** Which routes are slow or failing, and since when? */
export function Http() {
  const open = param('open');
  return (
    <>
      <Routes />
      {open === '' ? (
        <div class="grid two">
          <ChartPanel
            title="Busiest routes"
            note="requests per second"
            unit="/s"
            queries={(w) => [{ query: requests.rate(w.rateMs).sum('route').top(8) }]}
          />
          <ChartPanel
            title="Failing routes"
            note="5xx share"
            unit="ratio"
            queries={(w) => [{ query: errorShare(w, 'route').top(8) }]}
          />
        </div>
      ) : (
        <RouteDetail route={open} />
      )}
      <div class="grid two">
        <Panel title="In flight" note="requests being answered now">
          <InFlight />
        </Panel>
        <ChartPanel
          title="Bytes sent"
          note="per second"
          unit="bytes/s"
          queries={(w) => [{ query: query('http_response_size_bytes').rate(w.rateMs).sum('route').total().top(8) }]}
        />
      </div>
    </>
  );
}

function Routes() {
  const { answers, error } = useAnswers(
    (w) => [
      requests.rate(w.rateMs).sum('method', 'route').expression,
      errorShare(w, 'method', 'route').expression,
      ...[0.5, 0.95, 0.99].map((q) => latency.rate(w.rateMs).sum('method', 'route').quantile(q).expression),
    ],
    true,
  );
  const columns = (answers ?? []).map((answer) => byLabel(answer, 'method', 'route'));
  // Routes that have served before but not lately have no rate; they are kept, dimmed, since silence may be the news.
  const rows = [...new Set(columns.flatMap((column) => [...column.keys()]))].map((key) => {
    const [method = '', route = ''] = key.split('\u0000');
    const [rate, errors, p50, p95, p99] = columns.map((column) => column.get(key) ?? null);
    return {
      key,
      method,
      route,
      rate: rate ?? null,
      errors: errors ?? null,
      p50: p50 ?? null,
      p95: p95 ?? null,
      p99: p99 ?? null,
    };
  });
  const open = param('open');
  return (
    <Panel title="Routes" note="open one for its heat map and status codes" wide>
      {error !== undefined && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {answers === undefined ? (
        <Nothing isAsked={false} />
      ) : (
        <DataTable
          caption="Routes"
          sort="per second"
          rows={rows}
          keyOf={({ key }) => key}
          empty="No request yet. Mount createMetricsMiddleware(collector) before your routes."
          onOpen={({ route }) => setParams({ open: open === route ? '' : route })}
          isOpen={({ route }) => route === open}
          isDim={({ rate }) => rate === null || rate === 0}
          columns={[
            { name: 'route', show: ({ route }) => route, sortBy: ({ route }) => route, isText: true },
            {
              name: 'method',
              show: ({ method }) => <code>{method}</code>,
              sortBy: ({ method }) => method,
              isText: true,
            },
            { name: 'per second', show: ({ rate }) => format(rate, '/s'), sortBy: ({ rate }) => rate },
            {
              name: 'errors',
              show: ({ errors }) => (
                <span class={(errors ?? 0) >= 0.05 ? 'bad' : (errors ?? 0) > 0 ? 'warn' : ''}>
                  {format(errors, 'ratio')}
                </span>
              ),
              sortBy: ({ errors }) => errors,
            },
            { name: 'p50', show: ({ p50 }) => format(p50, 'seconds'), sortBy: ({ p50 }) => p50 },
            { name: 'p95', show: ({ p95 }) => format(p95, 'seconds'), sortBy: ({ p95 }) => p95 },
            { name: 'p99', show: ({ p99 }) => format(p99, 'seconds'), sortBy: ({ p99 }) => p99 },
          ]}
        />
      )}
    </Panel>
  );
}

function RouteDetail({ route }: { readonly route: string }) {
  const mine = latency.where(is('route', route));
  return (
    <section class="detail" aria-label={`Details of ${route}`}>
      <h2>
        {route}{' '}
        <button type="button" class="quiet" onClick={() => setParams({ open: '' })}>
          Close
        </button>
      </h2>
      <div class="grid two">
        <ChartPanel
          title="Latency heat map"
          note="observations per second in each bucket"
          unit="seconds"
          isHeatmap
          queries={(w) => [{ query: mine.rate(w.rateMs).sum().buckets() }]}
        />
        <ChartPanel
          title="Status codes"
          note="per second"
          unit="/s"
          queries={(w) => [
            {
              query: requests.where(is('route', route)).rate(w.rateMs).sum('status_code'),
              color: (labels) => outcomeColor(labels['status_code']),
            },
          ]}
        />
        <ChartPanel
          title="Quantiles"
          unit="seconds"
          queries={(w) =>
            [0.5, 0.95, 0.99].map((q) => ({ query: mine.rate(w.rateMs).sum().quantile(q), name: `p${q * 100}` }))
          }
        />
        <ChartPanel
          title="Response size"
          note="mean"
          unit="bytes"
          queries={(w) => [
            {
              query: query('http_response_size_bytes').where(is('route', route)).rate(w.rateMs).sum().average(),
              name: 'mean',
            },
          ]}
        />
      </div>
    </section>
  );
}

function InFlight() {
  void serverNow.value;
  const rows = liveValues('http_requests_in_flight');
  if (rows.length === 0) return <p class="empty">Nobody has recorded requests in flight.</p>;
  return (
    <ul class="facts">
      {rows.map(({ labels, value }) => (
        <li key={JSON.stringify(labels)}>
          <span>{labels['method'] ?? 'all'}</span>
          <b>{format(value)}</b>
        </li>
      ))}
    </ul>
  );
}
