import { Buffer } from 'node:buffer';
import type { DeliveryTarget, Reading } from '../../delivery/delivery-target.ts';
import { type ParcelItem, packParcels } from '../../delivery/pack-parcels.ts';
import { DeltaLedger } from '../../deltas/delta-ledger.ts';
import { StreamWire } from '../statsd/stream-wire.ts';
import type { TargetParts } from '../target-parts.ts';
import type { CloudWatchConfig } from './cloudwatch-config.ts';
import { type CloudWatchPoint, type CloudWatchSeries, cloudWatchSeries } from './cloudwatch-points.ts';

/** The field that makes a line a document. */
const HEAD = '_aws';
/** Metrics in one document. */
const MOST_METRICS = 100;
/** Small enough for a write to be taken at once; a line is an event of a log, which may be 256 kB at most. */
const SHAPE = { maxItems: 500, maxBytes: 256 * 1024 };

/**
 * CloudWatch by the embedded metric format: one line of JSON for each set of dimensions. Of histograms it tells sum and
 * count; percentiles need the mode `api`.
 */
export function createCloudWatchEmfTarget(config: CloudWatchConfig, parts: TargetParts): DeliveryTarget {
  const ledger = new DeltaLedger();
  const dimensions = Object.entries(config.dimensions ?? {});
  const { agent } = config;
  const wire = agent && new StreamWire(parts.connectStream, agent, (lines) => Buffer.concat(lines));
  return {
    name: 'cloudwatch',
    backlog: 'keep',
    *encode({ families, nowMs, drop }) {
      const series = cloudWatchSeries(families, { ledger, dimensions, hasDistributions: false, drop });
      yield* packParcels(linesOf(groupedByDimensions(series), { config, nowMs, drop }), SHAPE, drop);
    },
    async send(body, signal) {
      await (wire === undefined ? parts.writeOutput(body) : wire.send([body], signal));
      return { status: 'delivered' };
    },
    close: () => wire?.close(),
  };
}

/** Series with the same dimensions share a document: a document costs more than a metric in it. */
function groupedByDimensions(all: Iterable<CloudWatchSeries>): Iterable<readonly CloudWatchSeries[]> {
  const groups = new Map<string, CloudWatchSeries[]>();
  for (const series of all) {
    const key = JSON.stringify(series.dimensions.toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [series]);
    else group.push(series);
  }
  return groups.values();
}

interface DocumentFacts {
  readonly config: CloudWatchConfig;
  readonly nowMs: number;
  readonly drop: Reading['drop'];
}

function* linesOf(
  groups: Iterable<readonly CloudWatchSeries[]>,
  facts: DocumentFacts,
): Generator<ParcelItem, void, undefined> {
  for (const group of groups) {
    const dimensions = Object.fromEntries(group[0]?.dimensions ?? []);
    for (const part of partsOf(group.filter((series) => isSayable(series, facts.drop)))) {
      const points = part.flatMap((series) => series.points);
      const documents = Array.from({ length: Math.ceil(points.length / MOST_METRICS) }, (_, at) => {
        const some = points.slice(at * MOST_METRICS, (at + 1) * MOST_METRICS);
        return `${JSON.stringify(documentOf(some, dimensions, facts))}\n`;
      });
      yield {
        bytes: Buffer.from(documents.join('')),
        points: points.length,
        takeBack: () => part.forEach(({ takeBack }) => takeBack()),
      };
    }
  }
}

/**
 * In a document, a metric and a dimension of one name would be one field, and a dimension could take the place of the head.
 * What cannot be said is counted here, and given back with nothing: it would be counted again.
 */
function isSayable({ dimensions, points }: CloudWatchSeries, drop: Reading['drop']): boolean {
  const taken = new Set(dimensions.map(([name]) => name));
  const isFree = !taken.has(HEAD) && points.every(({ name }) => name !== HEAD && !taken.has(name));
  if (!isFree) drop('invalid_labels', points.length);
  return isFree;
}

/**
 * Cuts a group so that each part has no metric twice: labels that are written alike make several series of one metric share
 * their dimensions. A series stays whole; a part that is a single one may have more metrics than a document.
 */
function partsOf(group: readonly CloudWatchSeries[]): readonly (readonly CloudWatchSeries[])[] {
  const parts: CloudWatchSeries[][] = [];
  let part: CloudWatchSeries[] = [];
  const taken = new Set<string>();
  for (const series of group) {
    const { points } = series;
    const isFull = taken.size + points.length > MOST_METRICS || points.some(({ name }) => taken.has(name));
    if (isFull || part.length === 0) {
      parts.push((part = []));
      taken.clear();
    }
    part.push(series);
    for (const { name } of points) taken.add(name);
  }
  return parts;
}

function documentOf(
  points: readonly CloudWatchPoint[],
  dimensions: Readonly<Record<string, string>>,
  { config, nowMs }: DocumentFacts,
): object {
  const { namespace, resolutionSeconds = 60 } = config;
  return {
    [HEAD]: {
      Timestamp: Math.floor(nowMs),
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [Object.keys(dimensions)],
          Metrics: points.map(({ name, unit }) => ({ Name: name, Unit: unit, StorageResolution: resolutionSeconds })),
        },
      ],
    },
    ...dimensions,
    ...Object.fromEntries(points.map(({ name, values }) => [name, values[0]])),
  };
}
