import { Buffer } from 'node:buffer';

/** How to get in at a receiver. */
export interface HttpAccess {
  /** Token for `Authorization: Bearer`. */
  readonly bearerToken?: string;
  /** User name and password for basic authentication. */
  readonly basicAuth?: { readonly username: string; readonly password: string };
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Headers that an access asks for, and what in them must not be told. */
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
  const secrets = [bearerToken, basicAuth?.password, basic, ...Object.values(headers)];
  return { headers: all, secrets: secrets.filter((secret) => secret !== undefined) };
}
