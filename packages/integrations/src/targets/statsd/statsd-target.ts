import { Buffer } from 'node:buffer';
import { type MetricEncoder, type MetricFamily, MetricFormat } from '@bduf/metrics-core/interfaces';
import type { DeliveryTarget, Parcel } from '../../delivery/delivery-target.ts';
import { DeltaLedger } from '../../deltas/delta-ledger.ts';
import { type RowGroup, rowGroups } from '../../deltas/row-groups.ts';
import { framePayloads, unframePayloads } from '../../wire/payload-frames.ts';
import type { TargetParts } from '../target-parts.ts';
import { DatagramWire } from './datagram-wire.ts';
import { type StatsdConfig, flavourOf } from './statsd-config.ts';
import { StreamWire } from './stream-wire.ts';
import type { Wire } from './wire.ts';

/** Series of a parcel: what is sent, or given back, as a whole. About ten datagrams. */
const ROWS_OF_PARCEL = 200;
const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 8125;

/**
 * StatsD or DogStatsD. Lines carry no time, so only the newest read-out matters; counters are sent as what was added
 * since what was sent before, and stay owed while nobody listens.
 */
export function createStatsdTarget(config: StatsdConfig, parts: TargetParts): DeliveryTarget {
  const flavour = flavourOf(config);
  const encoder = parts.encoderOf(flavour === 'statsd' ? MetricFormat.STATSD : flavour);
  const ledger = new DeltaLedger();
  const wire = wireOf(config, parts);
  return {
    name: 'statsd',
    backlog: 'latest',
    *encode({ families, nowMs }) {
      const named = families.map((family) => configured(family, config));
      for (const group of rowGroups(ledger.take(named), ROWS_OF_PARCEL))
        yield* parcelOf(group, { encoder, nowMs, ledger });
    },
    async send(body, signal) {
      await wire.send(unframePayloads(body), signal);
      return { status: 'delivered' };
    },
    close: () => wire.close(),
  };
}

/** The family with the prefix and the tags of the configuration. */
function configured(family: MetricFamily, { prefix = '', tags = {} }: StatsdConfig): MetricFamily {
  const names = new Set([...family.labelNames, ...family.constantLabels.map(([name]) => name)]);
  const further = Object.entries(tags).filter(([name]) => !names.has(name));
  return { ...family, name: prefix + family.name, constantLabels: [...family.constantLabels, ...further] };
}

function* parcelOf(
  { families, rows }: RowGroup,
  { encoder, nowMs, ledger }: { encoder: MetricEncoder; nowMs: number; ledger: DeltaLedger },
): Generator<Parcel, void, undefined> {
  const datagrams: Uint8Array[] = [];
  // A chunk is overwritten by the next one, hence the copy.
  for (const chunk of encoder.encode(families, { nowMs })) datagrams.push(Buffer.from(chunk));
  if (datagrams.length === 0) return;
  yield {
    body: framePayloads(datagrams),
    points: rows.length,
    takeBack: () => rows.forEach(({ family, blockIndex, row }) => ledger.giveBack(family, blockIndex, row)),
  };
}

function wireOf(config: StatsdConfig, { createDatagramSocket, connectStream }: TargetParts): Wire {
  const { protocol = 'udp', host = DEFAULT_HOST, port = DEFAULT_PORT, path } = config;
  if (path !== undefined) return new StreamWire(connectStream, { path }, framePayloads);
  if (protocol === 'tcp') return new StreamWire(connectStream, { host, port }, (payloads) => Buffer.concat(payloads));
  return new DatagramWire(createDatagramSocket, { host, port });
}
