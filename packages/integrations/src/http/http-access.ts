import { Buffer } from 'node:buffer';
import { z } from 'zod';

/** Where a server is and how to get in. */
export interface HttpAccess {
  /** Base address, such as `http://localhost:9091`; a path in it is kept. */
  readonly url: string;
  /** User name and password for basic authentication. */
  readonly basicAuth?: { readonly username: string; readonly password: string } | undefined;
  /** Token for `Authorization: Bearer`. */
  readonly bearerToken?: string | undefined;
  /** Further headers of every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Characters that HTTP allows in the value of a header. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Fields of {@link HttpAccess}, for the schemas of targets. */
export const httpAccessFields: { readonly [Field in keyof HttpAccess]-?: z.ZodType<HttpAccess[Field]> } = {
  url: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }),
  basicAuth: z.strictObject({ username: z.string().regex(/^[^:]*$/), password: z.string() }).optional(),
  bearerToken: z.string().min(1).regex(HEADER_VALUE).optional(),
  headers: z.record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/), z.string().regex(HEADER_VALUE)).optional(),
};

/** The headers that {@link HttpAccess} asks for. */
export function accessHeaders({ basicAuth, bearerToken, headers }: HttpAccess): Readonly<Record<string, string>> {
  const basic = basicAuth && Buffer.from(`${basicAuth.username}:${basicAuth.password}`).toString('base64');
  return {
    ...(basic !== undefined && { authorization: `Basic ${basic}` }),
    ...(bearerToken !== undefined && { authorization: `Bearer ${bearerToken}` }),
    ...headers,
  };
}

/** A path and query below a base address. */
export function addressOf({ url }: HttpAccess, path: string): string {
  return `${url.replace(/\/+$/, '')}${path}`;
}
