import { z } from 'zod';

/** A Datadog account. */
export interface DatadogConfig {
  /** API key. Also from the environment variable `DD_API_KEY`. */
  readonly apiKey: string;
  /** Site of the account, such as `datadoghq.eu`. Default `datadoghq.com`; also from `DD_SITE`. */
  readonly site?: string | undefined;
  /** Base address, for proxies; wins over `site`. */
  readonly url?: string | undefined;
  /** Name of the host the metrics belong to. Default: that of the machine; also from `DD_HOSTNAME`. */
  readonly host?: string | undefined;
  /** Tags of every series. `DD_ENV`, `DD_SERVICE` and `DD_VERSION` add theirs. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Put before every name, such as `shop.`. Default: nothing. */
  readonly prefix?: string | undefined;
  /**
   * What becomes of histograms. `counts`: counts of each bucket, sum and count. `distributions`: distributions, of which
   * Datadog computes percentiles; each observation counts as the middle of its bucket. Default `counts`.
   */
  readonly histograms?: 'counts' | 'distributions' | undefined;
}

/** Checks a {@link DatadogConfig}. */
export const datadogSchema: z.ZodType<DatadogConfig> = z.strictObject({
  apiKey: z.string().regex(/^[\w-]+$/, 'must be an API key; it is also read from DD_API_KEY'),
  site: z
    .string()
    .regex(/^[a-z0-9.-]+$/, 'must be the name of a site, such as datadoghq.eu')
    .optional(),
  url: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
  host: z.string().min(1).optional(),
  tags: z.record(z.string().min(1), z.string()).optional(),
  prefix: z
    .string()
    .regex(/^[a-zA-Z][\w.]*$/, 'must begin with a letter and hold letters, digits, "_" and "."')
    .optional(),
  histograms: z.enum(['counts', 'distributions']).optional(),
});
