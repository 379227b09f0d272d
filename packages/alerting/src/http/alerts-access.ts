import type { IncomingMessage } from 'node:http';
import { createBearerCheck, isLocalRequest, isOwnPageRequest } from '@bduf/metrics-core/primitives';

/** Who may ask: those with an accepted bearer token, or whom a function says yes to. */
export type AlertsAuth =
  | { readonly bearer: string | readonly string[] }
  | ((req: IncomingMessage) => boolean | Promise<boolean>);

/** Why a request is refused, ready to be sent. */
export interface AlertsRefusal {
  readonly status: 401 | 403 | 415;
  /** What to do about it. */
  readonly message: string;
}

/** Resolves with `undefined` when a request may be answered. */
export type AlertsGuard = (req: IncomingMessage) => Promise<AlertsRefusal | undefined>;

/**
 * Makes the guard. Without `auth` only peers on the loopback interface are answered that were not passed on by a proxy and
 * asked for a loopback host, so that a foreign name which resolves to 127.0.0.1 reads nothing.
 *
 * A browser sends JSON across sites only after it has asked, and is never told yes; that keeps other pages from acting
 * with the credentials of a person who looks at them.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for a bearer token that no header could carry.
 */
export function createAlertsGuard(auth: AlertsAuth | undefined): AlertsGuard {
  const refuseStranger = auth === undefined ? refuseRemote : strangerCheck(auth);
  return async (req) => (await refuseStranger(req)) ?? (req.method === 'POST' ? refuseForeignPage(req) : undefined);
}

function refuseRemote(req: IncomingMessage): Promise<AlertsRefusal | undefined> {
  if (isLocalRequest(req)) return Promise.resolve(undefined);
  const message = 'Without `auth` only this machine is answered, and no proxy. Pass `auth` to createAlertsRouter().';
  return Promise.resolve({ status: 403, message });
}

function strangerCheck(auth: AlertsAuth): AlertsGuard {
  if (typeof auth === 'function') {
    return async (req) => ((await auth(req)) ? undefined : { status: 403, message: 'You may not see these alerts.' });
  }
  const isAccepted = createBearerCheck(auth.bearer);
  const refusal: AlertsRefusal = { status: 401, message: 'Send `Authorization: Bearer` with an accepted token.' };
  return (req) => Promise.resolve(isAccepted(req.headers.authorization) ? undefined : refusal);
}

function refuseForeignPage(req: IncomingMessage): AlertsRefusal | undefined {
  if (!/^application\/json\s*(?:;|$)/i.test(req.headers['content-type'] ?? '')) {
    return { status: 415, message: 'Send the body as `Content-Type: application/json`.' };
  }
  return isOwnPageRequest(req) ? undefined : { status: 403, message: 'Pages of other sites may not act here.' };
}
