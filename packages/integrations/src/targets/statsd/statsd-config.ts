import { z } from 'zod';

/** A server that takes StatsD or DogStatsD. */
export interface StatsdConfig {
  /** `udp`, `tcp`, or `unix` for a stream socket of the DogStatsD agent. Default `udp`. */
  readonly protocol?: 'udp' | 'tcp' | 'unix' | undefined;
  /** Host of the server. Default `127.0.0.1`; with `dogstatsd` also from the environment variable `DD_AGENT_HOST`. */
  readonly host?: string | undefined;
  /** Port of the server. Default 8125; with `dogstatsd` also from the environment variable `DD_DOGSTATSD_PORT`. */
  readonly port?: number | undefined;
  /** Path of the socket, for `unix`. */
  readonly path?: string | undefined;
  /**
   * `statsd`: label values become parts of the name. `dogstatsd`: labels become tags. Default `statsd`; over `unix`
   * always `dogstatsd`.
   */
  readonly flavour?: 'statsd' | 'dogstatsd' | undefined;
  /** Put before every name, such as `shop.`. Default: nothing. */
  readonly prefix?: string | undefined;
  /** Tags of every series, for `dogstatsd`. Default: none. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** Checks a {@link StatsdConfig}. */
export const statsdSchema: z.ZodType<StatsdConfig> = z
  .strictObject({
    protocol: z.enum(['udp', 'tcp', 'unix']).optional(),
    host: z.string().min(1).optional(),
    port: z.number().int().min(1).max(65_535).optional(),
    path: z.string().min(1).optional(),
    flavour: z.enum(['statsd', 'dogstatsd']).optional(),
    prefix: z
      .string()
      .regex(/^[\w.-]*$/, 'may hold letters, digits, "_", "." and "-"')
      .optional(),
    tags: z.record(z.string().regex(/^[a-zA-Z][\w./-]*$/, 'must be a tag name'), z.string()).optional(),
  })
  .refine(({ protocol, path }) => (protocol === 'unix') === (path !== undefined), {
    path: ['path'],
    error: 'goes with the protocol "unix", and only with it',
  })
  .refine((config) => config.tags === undefined || flavourOf(config) === 'dogstatsd', {
    path: ['tags'],
    error: 'go with the flavour "dogstatsd", and only with it',
  });

/** The flavour that is spoken. Stream sockets are the DogStatsD agent's. */
export function flavourOf({ protocol, flavour }: StatsdConfig): 'statsd' | 'dogstatsd' {
  return protocol === 'unix' ? 'dogstatsd' : (flavour ?? 'statsd');
}
