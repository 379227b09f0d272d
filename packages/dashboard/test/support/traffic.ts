import { MetricsCollector } from '@bduf/metrics-core';
import {
  ApplicationMetricDefinitions as App,
  BusinessMetricDefinitions as Biz,
  SystemMetricDefinitions as Sys,
} from '@bduf/metrics-core/interfaces';
import { ManualClock } from '@bduf/metrics-core/primitives';
import { RecordedHistory } from './recorded-history.ts';

const ROUTES = ['/api/orders', '/api/orders/:id', '/api/projects', '/api/search', '/health'] as const;
const TOOLS = ['create_project', 'analyze_requirements', 'estimate_task', 'search_context'] as const;

/** A service's metrics, recorded by replaying its traffic second by second, with a fault in the last minutes. */
export class Traffic {
  readonly clock: ManualClock;
  readonly collector: MetricsCollector;
  readonly history: RecordedHistory = new RecordedHistory();
  readonly #hostile: string;
  readonly #series: number;
  #seed = 7;

  /** @param options - Text at the end of some labels; series of a counter `work_total` that nobody else has. */
  constructor(startMs: number, options: { readonly hostile?: string; readonly series?: number } = {}) {
    this.clock = new ManualClock(startMs);
    this.collector = new MetricsCollector({ clock: this.clock });
    this.#hostile = options.hostile ?? '';
    this.#series = options.series ?? 0;
    const work = this.#work();
    for (let part = 0; part < this.#series; part += 1) work.inc({ part: `part-${part}` });
  }

  /** Replays traffic; requests to one route fail and drag for the last `faultSeconds`. */
  replay(seconds: number, faultSeconds: number, stepS = 2): void {
    for (let second = 0; second < seconds; second += stepS) {
      this.second(second >= seconds - faultSeconds, stepS);
      this.clock.advance(stepS * 1000);
      this.history.sample(this.collector, this.clock.now());
    }
  }

  /** One step of traffic. */
  second(isFaulty: boolean, stepS = 2): void {
    this.#http(isFaulty, stepS);
    this.#mcp(isFaulty);
    this.#data(isFaulty);
    this.#business(isFaulty);
    this.#system(isFaulty, stepS);
    for (let part = 0; part < this.#series; part += 3) this.#work().inc({ part: `part-${part}` });
  }

  #work() {
    return this.collector.counter({ name: 'work_total', description: 'Work.', labels: ['part'] });
  }

  #random(): number {
    this.#seed = (this.#seed * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return this.#seed / 4_294_967_296;
  }

  #http(isFaulty: boolean, stepS: number): void {
    const requests = this.collector.counter(App.HTTP_REQUESTS_TOTAL);
    const duration = this.collector.histogram(App.HTTP_REQUEST_DURATION);
    const size = this.collector.histogram(App.HTTP_RESPONSE_SIZE);
    const inFlight = this.collector.gauge(App.HTTP_REQUESTS_IN_FLIGHT);
    inFlight.set({ method: 'GET' }, Math.round((isFaulty ? 22 : 4) + this.#random() * 4));
    inFlight.set({ method: 'POST' }, Math.round(this.#random() * 2));
    ROUTES.forEach((route, at) => {
      const count = Math.round((5 - at) * 4 * stepS * (0.7 + 0.6 * this.#random()));
      for (let n = 0; n < count; n += 1) {
        const isSlow = isFaulty && at === 0;
        const failed = this.#random() < (isSlow ? 0.3 : 0.002);
        const name = at === 4 ? route + this.#hostile : route;
        const labels = {
          method: at === 2 && n % 4 === 0 ? 'POST' : 'GET',
          route: name,
          status_code: failed ? '500' : this.#random() < 0.03 ? '404' : '200',
        };
        requests.inc(labels);
        duration.observe(labels, (0.012 + at * 0.01) * Math.exp(this.#random() * 2.2) * (isSlow ? 14 : 1));
        size.observe({ method: labels.method, route: name }, 400 * Math.exp(this.#random() * 5));
      }
    });
  }

  #mcp(isFaulty: boolean): void {
    const { collector } = this;
    const calls = collector.counter(App.MCP_TOOL_EXECUTIONS_TOTAL);
    const duration = collector.histogram(App.MCP_TOOL_DURATION);
    const errors = collector.counter(App.MCP_TOOL_ERRORS_TOTAL);
    collector.gauge(App.MCP_SESSIONS_ACTIVE).set({ transport: 'http' }, 6 + Math.floor(this.#random() * 3));
    collector.gauge(App.MCP_SESSIONS_ACTIVE).set({ transport: 'stdio' }, 1);
    if (this.#random() < 0.05) {
      const session = { transport: 'http', protocol_version: this.#random() < 0.7 ? '2025-11-25' : '2025-06-18' };
      collector.histogram(App.MCP_SESSION_DURATION).observe(session, 60 + this.#random() * 900);
    }
    TOOLS.forEach((tool, at) => {
      if (this.#random() > 0.6 - at * 0.1) return;
      const failed = this.#random() < (isFaulty && at === 1 ? 0.5 : 0.03);
      calls.inc({ tool, outcome: failed ? 'error' : 'ok' });
      duration.observe({ tool, outcome: failed ? 'error' : 'ok' }, 0.2 * (at + 1) * Math.exp(this.#random() * 1.5));
      collector.histogram(App.MCP_TOOL_RESULT_CHARS).observe({ tool }, 400 * (at + 1) * Math.exp(this.#random() * 2));
      if (failed) errors.inc({ tool, error_type: this.#random() < 0.6 ? 'timeout' : 'invalid_arguments' });
    });
  }

  #data(isFaulty: boolean): void {
    const { collector } = this;
    for (const operation of ['select', 'insert', 'update']) {
      collector
        .counter(App.DATABASE_QUERIES_TOTAL)
        .inc({ operation, outcome: 'ok' }, 3 + Math.floor(this.#random() * 20));
      collector
        .histogram(App.DATABASE_QUERY_DURATION)
        .observe({ operation }, 0.002 * Math.exp(this.#random() * 2) * (isFaulty ? 8 : 1));
    }
    const active = Math.round((isFaulty ? 15 : 5) + this.#random() * 3);
    collector.gauge(App.DATABASE_CONNECTIONS_ACTIVE).set({ pool: 'main' }, active);
    collector.gauge(App.DATABASE_CONNECTIONS_IDLE).set({ pool: 'main' }, 20 - active);
    for (const cache of ['projects', 'analysis']) {
      const operations = collector.counter(App.CACHE_OPERATIONS_TOTAL);
      operations.inc({ cache, operation: 'get', result: 'hit' }, 8 + Math.floor(this.#random() * 6));
      operations.inc({ cache, operation: 'get', result: 'miss' }, cache === 'projects' ? 1 : 4);
      collector.gauge(App.CACHE_SIZE_BYTES).set({ cache }, 3e6 + this.#random() * 1e6);
      collector.counter(App.CACHE_EVICTIONS_TOTAL).inc({ cache }, this.#random() < 0.3 ? 1 : 0);
    }
    collector
      .histogram(Biz.EXTERNAL_API_DURATION)
      .observe({ service: 'context7', operation: 'lookup' }, 0.2 + this.#random());
    if (isFaulty) collector.counter(Biz.API_RATE_LIMIT_HITS).inc({ service: 'perplexity' });
    collector
      .counter(Biz.EXTERNAL_API_ERRORS_TOTAL)
      .inc({ service: 'perplexity', error_type: 'timeout' }, this.#random() < 0.1 ? 1 : 0);
  }

  #business(isFaulty: boolean): void {
    const { collector } = this;
    if (this.#random() < 0.05)
      collector.counter(Biz.PROJECTS_CREATED_TOTAL).inc({ complexity: this.#random() < 0.5 ? 'low' : 'high' });
    if (this.#random() < 0.03) collector.counter(Biz.PROJECTS_COMPLETED_TOTAL).inc();
    if (this.#random() < 0.3) collector.counter(Biz.TASKS_CREATED_TOTAL).inc({ task_type: 'feature' });
    if (this.#random() < (isFaulty ? 0.05 : 0.25)) {
      collector.counter(Biz.TASKS_COMPLETED_TOTAL).inc();
      collector.histogram(Biz.TASK_ESTIMATION_ACCURACY).observe(0.7 + this.#random());
      collector.histogram(Biz.TASK_COMPLETION_TIME).observe(1 + this.#random() * 12);
    }
    collector.gauge(Biz.ACTIVE_USERS_TOTAL).set({ window: '15m' }, 12 + Math.floor(this.#random() * 5));
  }

  #system(isFaulty: boolean, stepS: number): void {
    const { collector } = this;
    const load = isFaulty ? 2.4 : 1;
    collector.gauge(Sys.CPU_USAGE_PERCENT).set({ scope: 'process' }, (20 + this.#random() * 15) * load);
    collector.gauge(Sys.CPU_USAGE_PERCENT).set({ scope: 'host' }, 30 + this.#random() * 10 + 12 * load);
    collector
      .gauge(Sys.MEMORY_USAGE_BYTES)
      .set({ scope: 'process' }, (2.1e8 + this.#random() * 2e7) * (load / 4 + 0.75));
    collector.gauge(Sys.MEMORY_USAGE_PERCENT).set({ scope: 'container' }, 52 + 9 * load + this.#random() * 3);
    collector.histogram(Sys.EVENT_LOOP_DELAY).observe(0.001 * load * load * Math.exp(this.#random() * 3));
    collector.gauge(Sys.EVENT_LOOP_UTILIZATION).set(Math.min(1, (0.25 + this.#random() * 0.1) * load));
    for (const [kind, seconds] of [
      ['minor', 0.004],
      ['major', 0.02],
    ] as const) {
      collector.histogram(Sys.GC_DURATION).observe({ kind }, seconds * load * (0.5 + this.#random()));
    }
    for (const [space, size] of [
      ['old', 8e7],
      ['new', 1.2e7],
      ['large_object', 3e7],
    ] as const) {
      collector.gauge(Sys.HEAP_SPACE_USED_BYTES).set({ space }, size * (0.8 + this.#random() * 0.2) * (load / 2 + 0.5));
    }
    collector.gauge(Sys.HEAP_LIMIT_BYTES).set(5.4e8);
    collector.gauge(Sys.PROCESS_OPEN_FDS).set(Math.round(90 + 30 * load + this.#random() * 6));
    collector.gauge(Sys.PROCESS_MAX_FDS).set(1024);
    collector.gauge(Sys.CONTAINER_CPU_LIMIT).set(2);
    collector.counter(Sys.PROCESS_RESTART_COUNT).inc(0);
    collector.counter(Sys.CONTAINER_CPU_THROTTLED_TIME).inc(isFaulty ? 0.15 * stepS : 0);
    collector
      .counter(Sys.PRESSURE_STALL_TIME)
      .inc({ resource: 'cpu', scope: 'host', tasks: 'some' }, 0.02 * stepS * load * load);
    collector.gauge(Sys.DISK_USAGE_PERCENT).set({ mount: '/' }, 61);
    collector.gauge(Sys.DISK_USAGE_PERCENT).set({ mount: '/data' }, 43 + this.#random());
    const device = { interface: 'eth0' };
    collector.counter(Sys.NETWORK_BYTES_RECEIVED).inc(device, Math.round(9e4 * stepS * (0.8 + 0.4 * this.#random())));
    collector.counter(Sys.NETWORK_BYTES_SENT).inc(device, Math.round(4e5 * stepS * (0.8 + 0.4 * this.#random())));
    if (isFaulty) collector.counter(App.ERROR_COUNT_BY_TYPE).inc({ error_type: 'timeout', component: 'database' });
    collector.gauge(Sys.PROCESS_UPTIME_SECONDS).set(this.clock.monotonicMs() / 1000);
    for (const [check, value] of [
      ['database', this.#random() < 0.04 ? 0.5 : 1],
      ['cache', 1],
      ['disk', this.#random() < 0.01 ? 0 : 1],
    ] as const) {
      collector.gauge(Sys.HEALTH_CHECK_STATUS).set({ check }, value);
    }
  }
}
