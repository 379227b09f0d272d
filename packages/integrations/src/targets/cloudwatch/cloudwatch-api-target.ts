import { Buffer } from 'node:buffer';
import { MetricsError } from '@bduf/metrics-core/interfaces';
import { reasonOf } from '../../delivery/attempt.ts';
import type { DeliveryTarget } from '../../delivery/delivery-target.ts';
import { type ParcelItem, packParcels } from '../../delivery/pack-parcels.ts';
import { isNotSent } from '../../delivery/not-sent.ts';
import type { SendOutcome } from '../../delivery/send-outcome.ts';
import { DeltaLedger } from '../../deltas/delta-ledger.ts';
import type { TargetParts } from '../target-parts.ts';
import { type CloudWatchDatum, sdkPutMetricData } from './cloudwatch-client.ts';
import type { CloudWatchConfig } from './cloudwatch-config.ts';
import { type CloudWatchPoint, type CloudWatchSeries, cloudWatchSeries } from './cloudwatch-points.ts';

/** The limits of a request are 1 000 metrics and 1 MB, of which the SDK needs some for what surrounds them. */
const SHAPE = { maxItems: 1000, maxPoints: 1000, maxBytes: 900_000, frame: { before: '[', between: ',', after: ']' } };
/** Unique values of one metric. */
const MOST_VALUES = 150;

const THROTTLED = /throttl|RequestLimitExceeded|SlowDown|TooManyRequests/i;
const DENIED = /AccessDenied|UnrecognizedClient|ExpiredToken|InvalidClientTokenId|SignatureDoesNotMatch|Credentials/i;

/** CloudWatch through `PutMetricData`. Histograms keep their values, so percentiles can be asked for. */
export function createCloudWatchApiTarget(config: CloudWatchConfig, parts: TargetParts): DeliveryTarget {
  const put = parts.putMetricData ?? sdkPutMetricData(config);
  const ledger = new DeltaLedger();
  const dimensions = Object.entries(config.dimensions ?? {});
  const resolution = config.resolutionSeconds ?? 60;
  return {
    name: 'cloudwatch',
    backlog: 'keep',
    *encode({ families, nowMs, drop }) {
      const series = cloudWatchSeries(families, { ledger, dimensions, hasDistributions: true, drop });
      yield* packParcels(itemsOf(series, { nowMs, resolution }), SHAPE, drop);
    },
    async send(body, signal) {
      try {
        await put({ Namespace: config.namespace, MetricData: dataOf(body) }, signal);
        return { status: 'delivered' };
      } catch (error) {
        return outcomeOf(error);
      }
    },
  };
}

function* itemsOf(
  all: Iterable<CloudWatchSeries>,
  { nowMs, resolution }: { readonly nowMs: number; readonly resolution: number },
): Generator<ParcelItem, void, undefined> {
  for (const { dimensions, points, takeBack } of all) {
    const data = points.flatMap(split).map(({ name, unit, values, counts }) => ({
      MetricName: name,
      Unit: unit,
      Timestamp: nowMs,
      StorageResolution: resolution,
      Values: values,
      Counts: counts,
      Dimensions: dimensions.map(([Name, Value]) => ({ Name, Value })),
    }));
    yield { bytes: Buffer.from(data.map((datum) => JSON.stringify(datum)).join()), points: data.length, takeBack };
  }
}

function split({ name, unit, values, counts }: CloudWatchPoint): readonly CloudWatchPoint[] {
  return Array.from({ length: Math.ceil(values.length / MOST_VALUES) }, (_, at) => {
    const part = [at * MOST_VALUES, (at + 1) * MOST_VALUES] as const;
    return { name, unit, values: values.slice(...part), counts: counts.slice(...part) };
  });
}

/** The body is what `itemsOf` wrote; the SDK wants times as dates. */
function dataOf(body: Uint8Array): CloudWatchDatum[] {
  const revive = (key: string, value: unknown): unknown => (key === 'Timestamp' ? new Date(value as number) : value);
  return JSON.parse(Buffer.from(body).toString('utf8'), revive) as CloudWatchDatum[];
}

interface SdkError {
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly statusCode?: number };
}

/** Errors of the SDK carry a name and, when the service has answered, its status. A body that was taken may come with one, too. */
function outcomeOf(error: unknown): SendOutcome {
  const { name = '', $metadata, $response } = error as SdkError;
  const note = `${name}: ${reasonOf(error)}`;
  if (MetricsError.isInstance(error) || DENIED.test(name)) return { status: 'refused', fault: 'access', note };
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  if (status === undefined) return { status: 'retry', note, isUnclear: !isNotSent(error) };
  if (status >= 200 && status < 300) return { status: 'delivered', note };
  const isRefused = status >= 400 && status < 500 && status !== 429 && !THROTTLED.test(name);
  return isRefused ? { status: 'refused', fault: 'content', note } : { status: 'retry', note };
}
