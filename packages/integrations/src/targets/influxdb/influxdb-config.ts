import { z } from 'zod';
import { type HttpAccess, httpAccessFields } from '../../http/http-access.ts';

/** What both versions of the write API share. */
export interface InfluxdbConfigBase extends HttpAccess {
  /** Most lines of a request. Default 5 000, as InfluxData advises. */
  readonly maxLines?: number | undefined;
}

/** InfluxDB 1.x: `/write`. */
export interface InfluxdbV1Config extends InfluxdbConfigBase {
  /** Version of the write API. */
  readonly version: 1;
  /** Name of the database, which must exist. */
  readonly database: string;
  /** Retention policy. Default: that of the database. */
  readonly retentionPolicy?: string | undefined;
}

/** InfluxDB 2 and 3, InfluxDB Cloud, VictoriaMetrics: `/api/v2/write`. */
export interface InfluxdbV2Config extends InfluxdbConfigBase {
  /** Version of the write API. */
  readonly version: 2;
  /** Name of the organization. Also from the environment variable `INFLUX_ORG`. */
  readonly org: string;
  /** Name of the bucket. Also from the environment variable `INFLUX_BUCKET_NAME`. */
  readonly bucket: string;
  /** API token. Also from the environment variable `INFLUX_TOKEN`. */
  readonly token?: string | undefined;
}

/** Where metrics are written as InfluxDB line protocol. */
export type InfluxdbConfig = InfluxdbV1Config | InfluxdbV2Config;

const base = { ...httpAccessFields, maxLines: z.number().int().min(1).optional() };

/** Checks an {@link InfluxdbConfig}. */
export const influxdbSchema: z.ZodType<InfluxdbConfig> = z.discriminatedUnion('version', [
  z.strictObject({
    ...base,
    version: z.literal(1),
    database: z.string().min(1),
    retentionPolicy: z.string().min(1).optional(),
  }),
  z.strictObject({
    ...base,
    version: z.literal(2),
    org: z.string().min(1),
    bucket: z.string().min(1),
    token: z.string().min(1).optional(),
  }),
]);
