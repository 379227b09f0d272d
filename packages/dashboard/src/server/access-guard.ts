import type { IncomingMessage } from 'node:http';
import { createHash, timingSafeEqual } from 'node:crypto';
import { createBearerCheck, isForwardedRequest, isLocalRequest, isOwnPageRequest } from '@bduf/metrics-core/primitives';
import type { DashboardAuth } from './dashboard-options.ts';

/** Why a request is refused, ready to be sent. */
export interface Refusal {
  /** HTTP status. */
  readonly status: 401 | 403;
  /** One sentence that says what to do. */
  readonly message: string;
  /** Value of `WWW-Authenticate`, when the browser should ask. */
  readonly challenge?: string;
}

/** Decides who may look and who may act. */
export interface AccessGuard {
  /** Resolves with `undefined` when the request may be answered. */
  refuse(req: IncomingMessage): Promise<Refusal | undefined>;
}

/** Header that only a script of the same origin can set without a preflight. */
const ACTION_HEADER = 'x-metrics-dashboard';

/**
 * Makes the guard. Without `auth`, a peer must be on the loopback interface, must not come through a proxy (behind one
 * every peer looks local) and must have asked for a loopback host (so that a foreign name that resolves to 127.0.0.1
 * reads nothing).
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for a bearer token that no header could carry.
 */
export function createAccessGuard(auth: DashboardAuth | undefined): AccessGuard {
  const isAllowed = auth === undefined ? undefined : createAuthCheck(auth);
  return {
    refuse: async (req) => {
      const refusal = isAllowed === undefined ? refuseRemote(req) : await refuseStranger(req, isAllowed, auth);
      return refusal ?? refuseCrossSite(req);
    },
  };
}

function refuseRemote(req: IncomingMessage): Refusal | undefined {
  if (isLocalRequest(req)) return undefined;
  return {
    status: 403,
    message: `This dashboard has no \`auth\`, so it answers only browsers on its own machine${
      isForwardedRequest(req) ? ', and this request came through a proxy' : ''
    }. Pass \`auth\` to metricsDashboard(), or open it as http://localhost.`,
  };
}

async function refuseStranger(
  req: IncomingMessage,
  isAllowed: (req: IncomingMessage) => boolean | Promise<boolean>,
  auth: DashboardAuth | undefined,
): Promise<Refusal | undefined> {
  if (await isAllowed(req)) return undefined;
  if (typeof auth === 'function')
    return { status: 403, message: 'You may not see this dashboard. Sign in, or ask its owner.' };
  const challenge = auth !== undefined && 'bearer' in auth ? 'Bearer' : 'Basic realm="metrics", charset="UTF-8"';
  return { status: 401, message: 'This dashboard asks who you are.', challenge };
}

function refuseCrossSite(req: IncomingMessage): Refusal | undefined {
  if (req.method !== 'POST') return undefined;
  if (req.headers[ACTION_HEADER] === '1' && isOwnPageRequest(req)) return undefined;
  return {
    status: 403,
    message: `A POST must come from the dashboard's own page, or carry the header \`${ACTION_HEADER}: 1\`.`,
  };
}

function createAuthCheck(auth: DashboardAuth): (req: IncomingMessage) => boolean | Promise<boolean> {
  if (typeof auth === 'function') return auth;
  if ('bearer' in auth) {
    const isBearer = createBearerCheck(auth.bearer);
    return (req) => isBearer(req.headers.authorization);
  }
  const expected = digestOf(Buffer.from(`${auth.user}:${auth.password}`).toString('base64'));
  return (req) => {
    const given = /^basic +(\S+) *$/i.exec(req.headers.authorization ?? '')?.[1];
    return timingSafeEqual(digestOf(given ?? ''), expected) && given !== undefined;
  };
}

function digestOf(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
