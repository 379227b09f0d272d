import type { DeliveryTarget } from '../../delivery/delivery-target.ts';
import { packParcels } from '../../delivery/pack-parcels.ts';
import { accessHeaders } from '../../http/http-access.ts';
import { BodySender } from '../../http/post-body.ts';
import { compressSnappy } from '../../wire/snappy.ts';
import { risingTimes } from '../rising-times.ts';
import type { TargetParts } from '../target-parts.ts';
import type { RemoteWriteConfig } from './remote-write-config.ts';
import { writeTimeSeries } from './write-time-series.ts';

/** Prometheus sends as many samples at most. */
const SHAPE = { maxItems: 2000, maxBytes: 1024 * 1024 };

const HEADERS = {
  'content-type': 'application/x-protobuf',
  'content-encoding': 'snappy',
  'x-prometheus-remote-write-version': '0.1.0',
};

/**
 * A receiver of Prometheus remote write 1.0. Samples carry the time of their read-out, so those of an outage are delivered
 * afterwards, and a sample that arrives twice is one.
 */
export function createRemoteWriteTarget(config: RemoteWriteConfig, parts: TargetParts): DeliveryTarget {
  // The specification: retry 5xx, 429 if you like, and no other.
  const sender = new BodySender(parts, { retry: [429, '5xx'] });
  const headers = { ...HEADERS, ...accessHeaders(config) };
  const externalLabels = Object.entries(config.externalLabels ?? {});
  const timeOf = risingTimes();
  return {
    name: 'remoteWrite',
    backlog: 'keep',
    isIdempotent: true,
    encode({ families, nowMs, drop }) {
      return packParcels(writeTimeSeries(families, { timestampMs: timeOf(nowMs), externalLabels }), SHAPE, drop);
    },
    send: async (body, signal) => sender.send({ url: config.url, headers, body: compressSnappy(body), signal }),
  };
}
