import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HealthStatus, type HttpHandler } from '@bduf/metrics-core/interfaces';
import { createBearerCheck, negotiateMediaType } from '@bduf/metrics-core/primitives';
import { HealthCheckKind } from '../checks/health-check.ts';
import type { HealthCheckReport } from '../checks/health-check-report.ts';
import type { SystemHealthMonitor } from '../monitor/system-health-monitor.ts';
import { type HealthAnswer, HEALTH_FORMATS } from './health-formats.ts';

/** Options of {@link createHealthRouter}. */
export interface HealthRouterOptions {
  /** Tokens whose bearers see messages, durations and details. Default: nobody does. */
  readonly bearerToken?: string | readonly string[];
  /** Path in front of `/livez` and so on, such as `/internal`. Default none. */
  readonly prefix?: string;
}

/** Finds what a probe is about. */
type Probe = (monitor: SystemHealthMonitor) => Promise<Pick<HealthAnswer, 'status' | 'reports' | 'notice'>>;

const PROBES: Readonly<Record<string, Probe>> = {
  '/livez': async (monitor) => answerOf(await monitor.probe([HealthCheckKind.LIVENESS])),
  '/readyz': async (monitor) => {
    const answer = answerOf(await monitor.probe([HealthCheckKind.READINESS]));
    return monitor.isDraining ? { ...answer, status: HealthStatus.UNHEALTHY, notice: 'shutting down' } : answer;
  },
  '/startupz': async (monitor) => answerOf(await monitor.probeStartup()),
  '/healthz': async (monitor) => answerOf(await monitor.probe()),
};

/**
 * Makes the endpoints that Kubernetes and load balancers ask: `/livez` (never about dependencies), `/readyz`, `/startupz` (stays
 * well once every startup check has passed) and `/healthz` (everything). 200 for healthy and degraded, 503 for unhealthy, never
 * cached. JSON, `application/health+json` or text, by `Accept`; `?verbose` is text. Fits `node:http` and Express; other
 * paths go to `next`, or are answered with 404.
 *
 * Names and statuses of checks are public; everything else about them is for bearers of a token.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` when a token could not be sent in a header.
 */
export function createHealthRouter(monitor: SystemHealthMonitor, options: HealthRouterOptions = {}): HttpHandler {
  const isAuthorized = options.bearerToken === undefined ? () => false : createBearerCheck(options.bearerToken);
  const prefix = options.prefix ?? '';
  return (req, res, next) => {
    const [path = '', query = ''] = (req.url ?? '').split('?', 2);
    const probe = path.startsWith(prefix) ? PROBES[path.slice(prefix.length)] : undefined;
    if (probe === undefined) return next === undefined ? send(req, res, NOT_FOUND) : next();
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.setHeader('Allow', 'GET, HEAD');
      return send(req, res, WRONG_METHOD);
    }
    const isVerbose = new URLSearchParams(query).has('verbose');
    const showsDetails = isAuthorized(req.headers.authorization);
    void probe(monitor).then((answer) => respond(req, res, { ...answer, isVerbose, showsDetails }));
  };
}

/** Best to worst. */
const SEVERITY = [HealthStatus.HEALTHY, HealthStatus.DEGRADED, HealthStatus.UNHEALTHY] as const;

function answerOf(reports: readonly HealthCheckReport[]): Pick<HealthAnswer, 'status' | 'reports'> {
  const worst = Math.max(0, ...reports.map(({ result }) => SEVERITY.indexOf(result.status)));
  return { status: SEVERITY[worst] ?? HealthStatus.UNHEALTHY, reports };
}

interface Body {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

const PLAIN = 'text/plain; charset=utf-8';
const NOT_FOUND: Body = { status: 404, contentType: PLAIN, text: 'Not found.\n' };
const WRONG_METHOD: Body = { status: 405, contentType: PLAIN, text: 'Method not allowed: use GET or HEAD.\n' };

function respond(req: IncomingMessage, res: ServerResponse, answer: HealthAnswer): void {
  const offers = HEALTH_FORMATS.map(({ contentType }) => contentType);
  // A probe that accepts none of them wants the status code only, and gets the first.
  const chosen = Math.max(0, answer.isVerbose ? offers.indexOf(PLAIN) : negotiateMediaType(req.headers.accept, offers));
  const format = HEALTH_FORMATS[chosen] ?? HEALTH_FORMATS[0];
  res.setHeader('Vary', 'Accept, Authorization');
  send(req, res, {
    status: answer.status === HealthStatus.UNHEALTHY ? 503 : 200,
    contentType: format.contentType,
    text: format.render(answer),
  });
}

function send(req: IncomingMessage, res: ServerResponse, { status, contentType, text }: Body): void {
  const body = Buffer.from(text);
  res.statusCode = status;
  res.setHeader('Content-Type', contentType);
  res.setHeader('Content-Length', body.length);
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('X-Content-Type-Options', 'nosniff');
  if (req.method === 'HEAD') res.end();
  else res.end(body);
}
