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
    this.#business();
    this.#system();
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
    const calls = this.collector.counter(App.MCP_TOOL_EXECUTIONS_TOTAL);
    const duration = this.collector.histogram(App.MCP_TOOL_DURATION);
    const errors = this.collector.counter(App.MCP_TOOL_ERRORS_TOTAL);
    TOOLS.forEach((tool, at) => {
      if (this.#random() > 0.6 - at * 0.1) return;
      const failed = this.#random() < (isFaulty && at === 1 ? 0.5 : 0.03);
      calls.inc({ tool, outcome: failed ? 'error' : 'ok' });
      duration.observe({ tool, outcome: failed ? 'error' : 'ok' }, 0.2 * (at + 1) * Math.exp(this.#random() * 1.5));
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

  #business(): void {
    const { collector } = this;
    if (this.#random() < 0.05)
      collector.counter(Biz.PROJECTS_CREATED_TOTAL).inc({ complexity: this.#random() < 0.5 ? 'low' : 'high' });
    if (this.#random() < 0.03) collector.counter(Biz.PROJECTS_COMPLETED_TOTAL).inc();
    if (this.#random() < 0.3) collector.counter(Biz.TASKS_CREATED_TOTAL).inc({ task_type: 'feature' });
    if (this.#random() < 0.25) {
      collector.counter(Biz.TASKS_COMPLETED_TOTAL).inc();
      collector.histogram(Biz.TASK_ESTIMATION_ACCURACY).observe(0.7 + this.#random());
      collector.histogram(Biz.TASK_COMPLETION_TIME).observe(1 + this.#random() * 12);
    }
    collector.gauge(Biz.ACTIVE_USERS_TOTAL).set({ window: '15m' }, 12 + Math.floor(this.#random() * 5));
  }

  #system(): void {
    const { collector } = this;
    collector.gauge(Sys.CPU_USAGE_PERCENT).set({ scope: 'process' }, 20 + this.#random() * 15);
    collector.gauge(Sys.CPU_USAGE_PERCENT).set({ scope: 'host' }, 35 + this.#random() * 10);
    collector.gauge(Sys.MEMORY_USAGE_BYTES).set({ scope: 'process' }, 2.1e8 + this.#random() * 2e7);
    collector.gauge(Sys.MEMORY_USAGE_PERCENT).set({ scope: 'container' }, 61 + this.#random() * 3);
    collector.histogram(Sys.EVENT_LOOP_DELAY).observe(0.001 * Math.exp(this.#random() * 3));
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
