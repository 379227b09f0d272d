import { Buffer } from 'node:buffer';
import { MetricFormat } from '@bduf/metrics-core/interfaces';
import type { DeliveryTarget } from '../../delivery/delivery-target.ts';
import { accessHeaders, addressOf } from '../../http/http-access.ts';
import { BodySender } from '../../http/post-body.ts';
import { countRows } from '../count-rows.ts';
import { encodeDocument } from '../encode-document.ts';
import type { TargetParts } from '../target-parts.ts';
import type { PushgatewayConfig } from './pushgateway-config.ts';

/**
 * A Prometheus Pushgateway. Each push is the whole state of the group without a time, so only the newest matters and
 * sending it twice changes nothing.
 */
export function createPushgatewayTarget(config: PushgatewayConfig, parts: TargetParts): DeliveryTarget {
  const sender = new BodySender(parts, { retry: [408, 429, '5xx'] });
  const encoder = parts.encoderOf(MetricFormat.PROMETHEUS);
  const url = addressOf(config, groupPath(config));
  const headers = { ...accessHeaders(config), 'content-type': encoder.contentType };
  const method = config.mode === 'merge' ? 'POST' : 'PUT';
  return {
    name: 'pushgateway',
    backlog: 'latest',
    isIdempotent: true,
    encode: (reading) => [{ body: encodeDocument(encoder, reading), points: countRows(reading.families) }],
    send: async (body, signal) => sender.send({ url, method, headers, body, gzip: true, signal }),
  };
}

/** The path of the group. Only base64url lets values hold slashes. */
function groupPath({ job, grouping = {} }: PushgatewayConfig): string {
  const labels = Object.entries({ job, ...grouping });
  return `/metrics${labels.map(([name, value]) => `/${name}@base64/${base64url(value)}`).join('')}`;
}

/** An empty segment would end the path early; a lone `=` stands for the empty value. */
function base64url(value: string): string {
  return Buffer.from(value).toString('base64url') || '=';
}
