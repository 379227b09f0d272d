import { is, like, query } from '../questions.ts';
import { ChartPanel } from '../charts/chart-panel.tsx';
import { Meter, Panel } from '../data-table.tsx';
import { format } from '../format.ts';
import { liveValues } from '../live.ts';
import { serverNow } from '../state.ts';

const cacheGets = query('cache_operations_total').where(is('operation', 'get'));

/** Do the database, the caches or the services of others hold us up? */
export function Data() {
  return (
    <>
      <h2>Database</h2>
      <div class="grid two">
        <ChartPanel
          title="Query time"
          note="p95 by operation"
          unit="seconds"
          queries={(w) => [
            { query: query('database_query_duration_seconds').rate(w.rateMs).sum('operation').quantile(0.95) },
          ]}
        />
        <ChartPanel
          title="Queries"
          note="per second, by operation and outcome"
          unit="/s"
          queries={(w) => [{ query: query('database_queries_total').rate(w.rateMs).sum('operation', 'outcome') }]}
        />
        <Panel title="Connection pools" note="used, idle and waiting now">
          <Pools />
        </Panel>
        <ChartPanel
          title="Connections in use"
          unit="count"
          queries={() => [
            { query: query('database_connections_active') },
            { query: query('database_connections_waiting'), name: 'waiting' },
          ]}
        />
      </div>
      <h2>Caches</h2>
      <div class="grid three">
        <ChartPanel
          title="Hit ratio"
          note="hits of hits and misses"
          unit="ratio"
          queries={(w) => [
            {
              query: cacheGets
                .where(is('result', 'hit'))
                .rate(w.rateMs)
                .sum('cache')
                .of(cacheGets.where(like('result', 'hit|miss')).rate(w.rateMs).sum('cache')),
            },
          ]}
        />
        <ChartPanel
          title="Evictions"
          note="per second"
          unit="/s"
          queries={(w) => [{ query: query('cache_evictions_total').rate(w.rateMs).sum('cache') }]}
        />
        <ChartPanel title="Size" unit="bytes" queries={() => [{ query: query('cache_size_bytes') }]} />
      </div>
      <h2>Services of others</h2>
      <div class="grid three">
        <ChartPanel
          title="Response time"
          note="p95 by service"
          unit="seconds"
          queries={(w) => [
            { query: query('external_api_duration_seconds').rate(w.rateMs).sum('service').quantile(0.95) },
          ]}
        />
        <ChartPanel
          title="Errors"
          note="per minute, by service and type"
          unit="/min"
          queries={(w) => [
            { query: query('external_api_errors_total').rate(w.rateMs).sum('service', 'error_type').times(60) },
          ]}
        />
        <ChartPanel
          title="Told to slow down"
          note="rate limits hit per minute"
          unit="/min"
          queries={(w) => [{ query: query('api_rate_limit_hits_total').rate(w.rateMs).sum('service').times(60) }]}
        />
      </div>
    </>
  );
}

function Pools() {
  void serverNow.value;
  const of = (metric: string) => new Map(liveValues(metric).map(({ labels, value }) => [labels['pool'] ?? '', value]));
  const [active, idle, waiting, max] = ['active', 'idle', 'waiting', 'max'].map((part) =>
    of(`database_connections_${part}`),
  );
  if (active === undefined || active.size === 0)
    return <p class="empty">No pool is watched. Give yours to PerformanceMonitor.</p>;
  return (
    <ul class="facts">
      {[...active].map(([pool, used]) => {
        const limit = max?.get(pool) ?? (used ?? 0) + (idle?.get(pool) ?? 0);
        const waits = waiting?.get(pool) ?? null;
        return (
          <li key={pool} class="pool">
            <span>{pool}</span>
            <Meter
              value={limit > 0 ? (used ?? 0) / limit : null}
              label={`${format(used)} of ${format(limit)} connections of ${pool} are used`}
            />
            <b>
              {format(used)} of {format(limit)}
            </b>
            <span class={waits !== null && waits > 0 ? 'bad' : 'muted'}>
              {format(idle?.get(pool))} idle · {format(waits)} waiting
            </span>
          </li>
        );
      })}
    </ul>
  );
}
