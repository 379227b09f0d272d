import { createHash, timingSafeEqual } from 'node:crypto';
import { MetricsError, MetricsErrorCode } from '../interfaces/metrics-error.ts';

/** Says whether an `Authorization` header carries an accepted bearer token. */
export type BearerCheck = (authorization: string | undefined) => boolean;

const BEARER = /^bearer +(\S+) *$/i;

/**
 * Makes a check of bearer tokens (RFC 6750) whose duration tells nothing about the token: hashes are compared, in
 * constant time, and always with every accepted token.
 *
 * @param tokens - Accepted tokens; several, so that one can be replaced without an outage.
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` when there is no token, or one that no header could carry.
 */
export function createBearerCheck(tokens: string | readonly string[]): BearerCheck {
  const accepted = typeof tokens === 'string' ? [tokens] : tokens;
  if (accepted.length === 0 || accepted.some((token) => !/^[\u0021-\u007e]+$/.test(token))) {
    // The tokens themselves are secret and stay out of the message.
    throw new MetricsError(
      MetricsErrorCode.ARGUMENT_INVALID,
      `A bearer check needs at least one token of visible ASCII characters; ${accepted.length} were given. Pass a non-empty token without spaces.`,
    );
  }
  const digests = accepted.map(digestOf);
  return (authorization) => {
    const token = BEARER.exec(authorization ?? '')?.[1];
    const digest = digestOf(token ?? '');
    let isAccepted = false;
    for (const candidate of digests) isAccepted = timingSafeEqual(candidate, digest) || isAccepted;
    return isAccepted && token !== undefined;
  };
}

function digestOf(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}
