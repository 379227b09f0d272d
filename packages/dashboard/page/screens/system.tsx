import { is, query } from '../questions.ts';
import { ChartPanel } from '../charts/chart-panel.tsx';
import { DataTable, Panel } from '../data-table.tsx';
import { duration, format, moment } from '../format.ts';
import { HealthStrips } from '../health-strips.tsx';
import { liveValues } from '../live.ts';
import { health } from '../server.ts';
import { serverNow } from '../state.ts';

/** Does the process run out of CPU, memory, disk or time? */
export function System() {
  return (
    <>
      <Facts />
      <Panel title="Health checks" note="one mark for each moment of the range" wide>
        <HealthStrips />
        <Checks />
      </Panel>
      <div class="grid three">
        <ChartPanel
          title="CPU"
          note="of the limit of each scope"
          unit="percent"
          queries={() => [{ query: query('cpu_usage_percent') }]}
        />
        <ChartPanel
          title="Throttled"
          note="seconds of each second"
          unit="ratio"
          queries={(w) => [{ query: query('container_cpu_throttled_seconds_total').rate(w.rateMs), name: 'throttled' }]}
        />
        <ChartPanel
          title="Memory"
          note="in use, by scope"
          unit="bytes"
          queries={() => [{ query: query('memory_usage_bytes') }]}
        />
        <ChartPanel
          title="Heap"
          note="used, by space"
          unit="bytes"
          queries={() => [{ query: query('heap_space_used_bytes').top(8) }]}
        />
        <ChartPanel
          title="Event loop delay"
          note="how late timers fire"
          unit="seconds"
          queries={(w) =>
            [0.5, 0.99].map((q) => ({
              query: query('event_loop_delay_seconds').rate(w.rateMs).sum().quantile(q),
              name: `p${q * 100}`,
            }))
          }
        />
        <ChartPanel
          title="Event loop utilization"
          note="share of time at work"
          unit="ratio"
          queries={() => [{ query: query('event_loop_utilization_ratio'), name: 'busy' }]}
        />
        <ChartPanel
          title="Garbage collection"
          note="seconds of each second, by kind"
          unit="ratio"
          queries={(w) => [{ query: query('gc_duration_seconds').rate(w.rateMs).sum('kind').total() }]}
        />
        <ChartPanel
          title="Open files"
          note="and sockets"
          unit="count"
          queries={() => [{ query: query('process_open_fds'), name: 'open' }]}
        />
        <ChartPanel
          title="Disk"
          note="used, by mount"
          unit="percent"
          queries={() => [{ query: query('disk_usage_percent') }]}
        />
        <ChartPanel
          title="Network"
          note="per second"
          unit="bytes/s"
          queries={(w) => [
            { query: query('network_bytes_received_total').rate(w.rateMs).sum(), name: 'received' },
            { query: query('network_bytes_sent_total').rate(w.rateMs).sum(), name: 'sent' },
          ]}
        />
        <ChartPanel
          title="Pressure"
          note="share of time that some task waits"
          unit="ratio"
          queries={(w) => [
            {
              query: query('pressure_stall_seconds_total')
                .where(is('tasks', 'some'))
                .rate(w.rateMs)
                .sum('scope', 'resource'),
            },
          ]}
        />
        <ChartPanel
          title="Errors"
          note="per minute, by type"
          unit="/min"
          queries={(w) => [{ query: query('error_count_by_type').rate(w.rateMs).sum('error_type').times(60) }]}
        />
      </div>
    </>
  );
}

function Facts() {
  void serverNow.value;
  const first = (metric: string) => liveValues(metric)[0]?.value;
  const uptime = first('process_uptime_seconds');
  return (
    <ul class="facts row">
      <li>
        <span>Up for</span>
        <b>{uptime === null || uptime === undefined ? '–' : duration(uptime)}</b>
      </li>
      <li>
        <span>Restarts</span>
        <b>{format(first('process_restart_count_total'))}</b>
      </li>
      <li>
        <span>Open files</span>
        <b>
          {format(first('process_open_fds'))} of {format(first('process_max_fds'))}
        </b>
      </li>
      <li>
        <span>Heap limit</span>
        <b>{format(first('heap_limit_bytes'), 'bytes')}</b>
      </li>
      <li>
        <span>CPU limit</span>
        <b>{format(first('container_cpu_limit_cores'))} cores</b>
      </li>
    </ul>
  );
}

function Checks() {
  if (health.value === undefined || health.value.length === 0) return null;
  return (
    <DataTable
      caption="Last results"
      sort="took"
      rows={health.value}
      keyOf={({ name }) => name}
      empty="No check."
      columns={[
        { name: 'check', show: ({ name }) => name, sortBy: ({ name }) => name, isText: true },
        {
          name: 'status',
          show: ({ status }) => (
            <span class={{ healthy: 'ok', degraded: 'warn', unhealthy: 'bad' }[status]}>{status}</span>
          ),
          sortBy: ({ status }) => status,
          isText: true,
        },
        { name: 'says', show: ({ message }) => message ?? '', sortBy: ({ message }) => message ?? '', isText: true },
        { name: 'took', show: (row) => format(row.duration / 1000, 'seconds'), sortBy: (row) => row.duration },
        { name: 'ended', show: ({ timestamp }) => moment(timestamp), sortBy: ({ timestamp }) => timestamp },
      ]}
    />
  );
}
