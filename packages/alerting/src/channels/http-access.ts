import { Buffer } from 'node:buffer';
import { MetricsError, MetricsErrorCode } from '@bduf/metrics-core/interfaces';

/** How to get in at a receiver. */
export interface HttpAccess {
  /** Token for `Authorization: Bearer`. */
  readonly bearerToken?: string;
  /** User name and password for basic authentication. */
  readonly basicAuth?: { readonly username: string; readonly password: string };
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Headers that an access asks for, and what in them must not be told.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for what no header could carry.
 */
export function authorizationOf({ bearerToken, basicAuth, headers = {} }: HttpAccess): {
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
} {
  const basic = basicAuth && Buffer.from(`${basicAuth.username}:${basicAuth.password}`).toString('base64');
  const all = {
    ...(basic !== undefined && { authorization: `Basic ${basic}` }),
    ...(bearerToken !== undefined && { authorization: `Bearer ${bearerToken}` }),
    ...headers,
  };
  try {
    void new Headers(all);
  } catch {
    // The values may be secret and stay out of the message.
    throw new MetricsError(
      MetricsErrorCode.ARGUMENT_INVALID,
      `One of the headers ${Object.keys(all).join(', ')} has characters that HTTP does not allow. Remove line breaks and the like.`,
    );
  }
  const secrets = [bearerToken, basicAuth?.password, basic, ...Object.values(headers)];
  return { headers: all, secrets: secrets.filter((secret) => secret !== undefined) };
}
