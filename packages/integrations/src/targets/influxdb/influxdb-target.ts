import { MetricFormat } from '@bduf/metrics-core/interfaces';
import type { DeliveryTarget } from '../../delivery/delivery-target.ts';
import { packParcels } from '../../delivery/pack-parcels.ts';
import type { SendOutcome } from '../../delivery/send-outcome.ts';
import { accessHeaders, addressOf } from '../../http/http-access.ts';
import { BodySender } from '../../http/post-body.ts';
import { risingTimes } from '../rising-times.ts';
import { splitLines } from '../split-lines.ts';
import type { TargetParts } from '../target-parts.ts';
import type { InfluxdbConfig } from './influxdb-config.ts';

const DEFAULT_MAX_LINES = 5000;
/** InfluxDB 1.x refuses bodies above 25 MB, some clouds above 10 MB before compression. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * InfluxDB. Lines carry the time of their read-out and the sums since the start, so those of an outage are delivered
 * afterwards, and a line that arrives twice is one.
 */
export function createInfluxdbTarget(config: InfluxdbConfig, parts: TargetParts): DeliveryTarget {
  const sender = new BodySender(parts, { retry: [408, 429, '5xx'], read: readPartialWrite });
  const encoder = parts.encoderOf(MetricFormat.INFLUXDB);
  const url = addressOf(config, writePath(config));
  const headers = { 'content-type': encoder.contentType, ...tokenHeader(config), ...accessHeaders(config) };
  const shape = { maxItems: config.maxLines ?? DEFAULT_MAX_LINES, maxBytes: MAX_BYTES };
  const timeOf = risingTimes();
  return {
    name: 'influxdb',
    backlog: 'keep',
    isIdempotent: true,
    encode({ families, nowMs, drop }) {
      const lines = splitLines(encoder.encode(families, { nowMs: timeOf(nowMs) }));
      return packParcels(lines, shape, drop);
    },
    send: async (body, signal) => sender.send({ url, headers, body, gzip: true, signal }),
  };
}

/** The precision is the one that encoders of the format write unless told otherwise. */
function writePath(config: InfluxdbConfig): string {
  if (config.version === 2) {
    const query = new URLSearchParams({ org: config.org, bucket: config.bucket, precision: 'ns' });
    return `/api/v2/write?${query.toString()}`;
  }
  const query = new URLSearchParams({ db: config.database, precision: 'ns' });
  if (config.retentionPolicy !== undefined) query.set('rp', config.retentionPolicy);
  return `/write?${query.toString()}`;
}

function tokenHeader(config: InfluxdbConfig): Readonly<Record<string, string>> {
  return config.version === 2 && config.token !== undefined ? { authorization: `Token ${config.token}` } : {};
}

/** InfluxDB answers 400 when it refused some lines; it has kept the others. */
function readPartialWrite(status: number, text: string): SendOutcome | undefined {
  if (status !== 400 || !text.includes('partial write')) return undefined;
  const dropped = Number(/dropped=(\d+)/.exec(text)?.[1] ?? 0);
  return { status: 'delivered', rejected: dropped, note: text.slice(0, 300) };
}
