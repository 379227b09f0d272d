import type { IncomingMessage, ServerResponse } from 'node:http';
import { type HttpHandler, MetricsError, MetricsErrorCode } from '@bduf/metrics-core/interfaces';
import { readJsonBody, requestUrl, systemClock } from '@bduf/metrics-core/primitives';
import { LiveSeriesTable } from '../stream/live-series.ts';
import { LiveStream, type SideChannel } from '../stream/live-stream.ts';
import { type AccessGuard, createAccessGuard } from './access-guard.ts';
import { readAlertHistory, readAlerts, runAlertAction } from './alert-actions.ts';
import { QueryAnswers } from './answer-queries.ts';
import { readCatalogue } from './catalogue.ts';
import type { MetricsDashboardOptions } from './dashboard-options.ts';
import { LabelRedactor } from './label-redactor.ts';
import { sendPage } from './page-files.ts';
import { parseQueries } from './parse-query.ts';

/** The handler, and a way to end the streams that it holds open. */
export interface MountedDashboard extends HttpHandler {
  /** Ends all live streams and stops sampling, so that a server can close. Browsers come back by themselves. */
  close(): void;
}

type Route = (url: URL) => unknown;

const HEALTH_INTERVAL_MS = 10_000;
/** Largest question or action that is read. */
const MAX_BODY_BYTES = 256 * 1024;

/**
 * Makes a dashboard to mount under any path of `node:http`, Express 4 or 5. It needs nothing from elsewhere: page, styles and
 * scripts are in this package. Nothing is sampled while nobody looks.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for an option out of range.
 */
export function metricsDashboard(options: MetricsDashboardOptions): MountedDashboard {
  checkOptions(options);
  const guard = createAccessGuard(options.auth);
  const service = new DashboardService(options);
  // Failures are answered here and never reach `next`: an application's error page would hide what to do.
  const handle: HttpHandler = (req, res) => void service.handle(req, res, guard);
  return Object.assign(handle, { close: () => service.close() });
}

class DashboardService {
  readonly #options: MetricsDashboardOptions;
  readonly #redactor: LabelRedactor;
  readonly #answers: QueryAnswers | undefined;
  readonly #stream: LiveStream;
  readonly #reads: ReadonlyMap<string, Route>;

  constructor(options: MetricsDashboardOptions) {
    this.#options = options;
    this.#redactor = new LabelRedactor(options.redactLabels);
    const history = options.history ?? options.aggregator?.history;
    this.#answers = history === undefined ? undefined : new QueryAnswers(history, this.#redactor);
    this.#stream = new LiveStream({
      collector: options.collector,
      table: new LiveSeriesTable(this.#redactor, options.maxSeries ?? 5000),
      channels: this.#sideChannels(),
      clock: options.clock ?? systemClock,
      intervalMs: options.intervalMs ?? 2000,
      maxClients: options.maxClients ?? 50,
    });
    this.#reads = new Map<string, Route>([
      ['api/config', () => this.#config()],
      ['api/catalogue', async () => ({ metrics: await readCatalogue(options.collector, this.#redactor) })],
      ['api/alerts', () => (options.alerts === undefined ? {} : readAlerts(options.alerts, this.#redactor))],
      ['api/alerts/history', (url) => this.#alertHistory(url)],
      ['api/health', async () => ({ checks: (await options.health?.runHealthChecks()) ?? [] })],
    ]);
  }

  close(): void {
    this.#stream.close();
  }

  async handle(req: IncomingMessage, res: ServerResponse, guard: AccessGuard): Promise<void> {
    try {
      const refusal = await guard.refuse(req);
      if (refusal !== undefined) {
        if (refusal.challenge !== undefined) res.setHeader('www-authenticate', refusal.challenge);
        sendText(res, refusal.status, refusal.message);
        return;
      }
      const url = requestUrl(req);
      await this.#answer(url.pathname.slice(1), url, req, res);
    } catch (error) {
      fail(res, error);
    }
  }

  async #answer(path: string, url: URL, req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (req.method === 'POST') return this.#post(path, req, res);
    if (req.method !== 'GET' && req.method !== 'HEAD') return sendText(res, 405, 'Use GET or POST.');
    if (path === 'api/live') return this.#live(req, res);
    const read = this.#reads.get(path);
    if (read !== undefined) return sendJson(res, JSON.stringify(await read(url)));
    if (path.startsWith('api/')) return sendText(res, 404, `There is nothing at ${path}.`);
    sendPage(path, req, res);
  }

  #live(req: IncomingMessage, res: ServerResponse): void {
    if (req.method === 'GET') this.#stream.connect(req, res);
    // Who asks for the head of a stream gets an end.
    else res.writeHead(200, { 'content-type': 'text/event-stream' }).end();
  }

  async #post(path: string, req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await readJsonBody(req, MAX_BODY_BYTES);
    if (path === 'api/query') return this.#query(body, res);
    const action = /^api\/alerts\/([a-z]+)$/.exec(path)?.[1];
    if (action === undefined) return sendText(res, 404, `There is nothing to do at ${path}.`);
    const { alertControl, readOnly = false } = this.#options;
    if (readOnly || alertControl === undefined) {
      const reason = readOnly ? 'it is read-only' : 'it has no alertControl';
      return sendText(
        res,
        403,
        `This dashboard does nothing, since ${reason}. Change the options of metricsDashboard() to act from here.`,
      );
    }
    const result = await runAlertAction(alertControl, action, body, { redactor: this.#redactor, nowMs: this.#nowMs() });
    sendJson(res, JSON.stringify({ result: result ?? null }));
  }

  async #query(body: unknown, res: ServerResponse): Promise<void> {
    const queries = parseQueries(body, this.#redactor);
    if (this.#answers === undefined) {
      return sendText(res, 501, 'This dashboard has no history. Pass `history` to metricsDashboard() to see the past.');
    }
    sendJson(res, await this.#answers.answer(queries, this.#nowMs()));
  }

  #config(): unknown {
    const { title = 'Metrics', readOnly = false, alerts, alertControl, health, intervalMs = 2000 } = this.#options;
    return {
      title,
      intervalMs,
      nowMs: this.#nowMs(),
      hasHistory: this.#answers !== undefined,
      hasAlerts: alerts !== undefined,
      hasHealth: health !== undefined,
      canAct: alertControl !== undefined && !readOnly,
    };
  }

  #alertHistory(url: URL): unknown {
    const { alerts } = this.#options;
    const endMs = Number(url.searchParams.get('end') ?? this.#nowMs() + 1);
    const startMs = Number(url.searchParams.get('start') ?? endMs - 86_400_000);
    if (!Number.isFinite(startMs) || !(endMs >= startMs)) {
      throw new MetricsError(
        MetricsErrorCode.ARGUMENT_INVALID,
        'start and end must be milliseconds since the epoch, in order.',
      );
    }
    return alerts === undefined ? { events: [] } : readAlertHistory(alerts, this.#redactor, startMs, endMs);
  }

  #sideChannels(): SideChannel[] {
    const { alerts, health, intervalMs = 2000 } = this.#options;
    const channels: SideChannel[] = [];
    if (alerts !== undefined) {
      channels.push({ event: 'alerts', intervalMs, read: () => readAlerts(alerts, this.#redactor) });
    }
    if (health !== undefined) {
      channels.push({
        event: 'health',
        intervalMs: HEALTH_INTERVAL_MS,
        read: async () => ({ checks: await health.runHealthChecks() }),
      });
    }
    return channels;
  }

  #nowMs(): number {
    return (this.#options.clock ?? systemClock).now();
  }
}

function checkOptions(options: MetricsDashboardOptions): void {
  const limits = [
    ['intervalMs', options.intervalMs ?? 2000, 250, 60_000],
    ['maxClients', options.maxClients ?? 50, 1, 10_000],
    ['maxSeries', options.maxSeries ?? 5000, 1, 100_000],
  ] as const;
  for (const [name, value, min, max] of limits) {
    if (value >= min && value <= max) continue;
    throw new MetricsError(
      MetricsErrorCode.ARGUMENT_INVALID,
      `${name} is ${value}; give a number from ${min} to ${max}.`,
    );
  }
  if (options.alertControl !== undefined && options.alerts === undefined) {
    throw new MetricsError(MetricsErrorCode.ARGUMENT_INVALID, 'alertControl is given without alerts; pass both.');
  }
}

function sendJson(res: ServerResponse, text: string): void {
  res.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  res.end(text);
}

function sendText(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  res.end(`${text}\n`);
}

function fail(res: ServerResponse, error: unknown): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const isCallersFault = MetricsError.isInstance(error) && error.code === MetricsErrorCode.ARGUMENT_INVALID;
  const message = error instanceof Error ? error.message : String(error);
  sendText(res, isCallersFault ? 400 : 502, isCallersFault ? message : `The answer could not be read: ${message}`);
}
