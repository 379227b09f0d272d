import { z } from 'zod';

/** Amazon CloudWatch. */
export interface CloudWatchConfig {
  /**
   * `emf`: lines of the embedded metric format, which the CloudWatch agent or the log driver turns into metrics; needs no
   * SDK. `api`: `PutMetricData` through `@aws-sdk/client-cloudwatch`, which must be installed.
   */
  readonly mode: 'emf' | 'api';
  /** Namespace of the metrics; must not begin with `AWS/`. */
  readonly namespace: string;
  /** Dimensions of every metric. Default: none. */
  readonly dimensions?: Readonly<Record<string, string>> | undefined;
  /** Seconds to which CloudWatch keeps the metrics, 1 or 60. Default 60. */
  readonly resolutionSeconds?: 1 | 60 | undefined;
  /** Region, for `api`. Default: what the SDK finds, such as `AWS_REGION`. */
  readonly region?: string | undefined;
  /** Address of the service, for `api`. Default: that of the region. */
  readonly endpoint?: string | undefined;
  /** Where the agent listens on TCP, for `emf`. Default: lines go to the standard output. */
  readonly agent?: { readonly host: string; readonly port: number } | undefined;
}

const visible = (most: number): z.ZodType<string> =>
  z.string().regex(new RegExp(`^(?=.*\\S)[\\x20-\\x7e]{1,${most}}$`), `must be 1 to ${most} ASCII characters`);

/** Checks a {@link CloudWatchConfig}. */
export const cloudWatchSchema: z.ZodType<CloudWatchConfig> = z
  .strictObject({
    mode: z.enum(['emf', 'api']),
    namespace: z.string().regex(/^(?!AWS\/)[\w.\-/#:]{1,255}$/, 'must be a namespace, and not one of AWS'),
    dimensions: z.record(visible(255), visible(1024)).optional(),
    resolutionSeconds: z.union([z.literal(1), z.literal(60)]).optional(),
    region: z.string().min(1).optional(),
    endpoint: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
    agent: z.strictObject({ host: z.string().min(1), port: z.number().int().min(1).max(65_535) }).optional(),
  })
  .refine(({ mode, agent }) => mode === 'emf' || agent === undefined, {
    path: ['agent'],
    error: 'goes with the mode "emf"',
  })
  .refine(({ mode, dimensions }) => mode === 'api' || !Object.hasOwn(dimensions ?? {}, '_aws'), {
    path: ['dimensions'],
    error: 'must not hold "_aws", which is the head of a line of the mode "emf"',
  })
  .refine(({ mode, region, endpoint }) => mode === 'api' || (region ?? endpoint) === undefined, {
    path: ['region'],
    error: 'and the endpoint go with the mode "api"',
  });
