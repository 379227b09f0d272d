import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type AlertControl,
  type AlertSource,
  type Clock,
  type HttpHandler,
  MetricsError,
  MetricsErrorCode,
} from '@bduf/metrics-core/interfaces';
import { readJsonBody, requestUrl, systemClock } from '@bduf/metrics-core/primitives';
import { findAction } from './alert-action.ts';
import { type AlertsAuth, createAlertsGuard } from './alerts-access.ts';

/** Largest action that is read. */
const MAX_BODY_BYTES = 64 * 1024;

/** What an alerts router shows, and to whom. */
export interface AlertsRouterOptions {
  /** Alerts, rules, silences and deliveries to show; an `AlertManager` is one. */
  readonly alerts: AlertSource;
  /** Acts on alerts; an `AlertManager` does. Without it everything can only be read. */
  readonly control?: AlertControl;
  /** Who may ask. Without it only this machine may, and no request that a proxy passed on. */
  readonly auth?: AlertsAuth;
  /** Path that it is mounted at where nobody strips it, as with `node:http`. Default: none. */
  readonly basePath?: string;
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
}

const DAY_MS = 86_400_000;
const MOST_EVENTS = 1000;

/**
 * A JSON API to look at alerts and act on them. A handler for `node:http`, Express 4 and 5 and Connect:
 *
 * - `GET /`: everything that is known now. `GET /history?start=…&end=…`: events, in milliseconds since the epoch, newest
 *   first, at most 1000; the last day by default.
 * - `POST /acknowledge` with `id`, `by` and perhaps `comment`; `/unacknowledge`, `/expire` and `/redeliver` with `id`; `/test`
 *   with `channel`; `/silence` with `matchers`, `by`, `comment`, `durationMs` or `endsAt`, and perhaps `startsAt`. The field
 *   `result` of the answer is what came of it.
 *
 * The field `error` of an answer says what failed: 400 for what is wrong with a request, 401, 403 and 415 for who sends it and how.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for a bearer token that no header could carry.
 */
export function createAlertsRouter(options: AlertsRouterOptions): HttpHandler {
  const { auth, basePath = '', clock = systemClock } = options;
  const guard = createAlertsGuard(auth);
  const base = basePath.replace(/\/+$/, '');
  return (req, res, next) => {
    const url = requestUrl(req);
    const path = pathBelow(base, url.pathname);
    const route = path === undefined ? undefined : findRoute(path, { ...options, clock });
    if (route === undefined) {
      if (next === undefined) sendJson(res, 404, { error: 'There is nothing here.' });
      else next();
      return;
    }
    void answer({ req, res, url, route, guard });
  };
}

interface Route {
  readonly method: 'GET' | 'POST';
  readonly answer: (url: URL, req: IncomingMessage) => unknown;
}

/** A path without the one that it is below; `undefined` when it is not. */
function pathBelow(base: string, path: string): string | undefined {
  if (path !== base && !path.startsWith(`${base}/`)) return undefined;
  return path.slice(base.length).replace(/^\/+|\/+$/g, '');
}

function findRoute(path: string, options: AlertsRouterOptions & { readonly clock: Clock }): Route | undefined {
  const { alerts, control, clock } = options;
  if (path === '') return { method: 'GET', answer: () => presentOf(alerts) };
  if (path === 'history') return { method: 'GET', answer: (url) => historyOf(alerts, url, clock.now()) };
  const action = findAction(path);
  if (control === undefined || action === undefined) return undefined;
  return {
    method: 'POST',
    answer: async (_url, req) => ({
      result: (await action(control, await readJsonBody(req, MAX_BODY_BYTES), clock.now())) ?? null,
    }),
  };
}

async function answer({
  req,
  res,
  url,
  route,
  guard,
}: {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly url: URL;
  readonly route: Route;
  readonly guard: ReturnType<typeof createAlertsGuard>;
}): Promise<void> {
  try {
    if (req.method !== route.method && !(req.method === 'HEAD' && route.method === 'GET')) {
      res.setHeader('allow', route.method);
      return sendJson(res, 405, { error: `Use ${route.method}.` });
    }
    const refusal = await guard(req);
    if (refusal === undefined) return sendJson(res, 200, await route.answer(url, req));
    if (refusal.status === 401) res.setHeader('www-authenticate', 'Bearer');
    sendJson(res, refusal.status, { error: refusal.message });
  } catch (error) {
    const isTheirs = MetricsError.isInstance(error);
    sendJson(res, isTheirs ? 400 : 500, { error: isTheirs ? error.message : 'Something went wrong here.' });
  }
}

function presentOf(alerts: AlertSource): unknown {
  return {
    active: alerts.getActiveAlerts(),
    silences: alerts.getSilences(),
    rules: alerts.getRuleHealth(),
    channels: alerts.getChannelHealth(),
    deliveries: alerts.getDeliveries(),
    deadLetters: alerts.getDeadLetters(),
  };
}

function historyOf(alerts: AlertSource, { searchParams }: URL, nowMs: number): unknown {
  // The end does not belong to the range, and what happened just now should.
  const endMs = Number(searchParams.get('end') ?? nowMs + 1);
  const startMs = Number(searchParams.get('start') ?? endMs - DAY_MS);
  const range = { start: new Date(startMs), end: new Date(endMs) };
  if (!(range.start.getTime() <= range.end.getTime())) {
    throw new MetricsError(
      MetricsErrorCode.ARGUMENT_INVALID,
      '`start` and `end` must be milliseconds since the epoch, in order.',
    );
  }
  return { events: alerts.getAlertHistory(range).slice(-MOST_EVENTS).toReversed() };
}

function sendJson(res: ServerResponse, status: number, body: unknown): void {
  if (res.headersSent) return;
  const text = JSON.stringify(body);
  res.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  res.end(res.req.method === 'HEAD' ? undefined : text);
}
