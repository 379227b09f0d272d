import { Buffer } from 'node:buffer';
import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import type { DeliveryTarget } from '../../delivery/delivery-target.ts';
import { type ParcelItem, packParcels } from '../../delivery/pack-parcels.ts';
import { DeltaLedger } from '../../deltas/delta-ledger.ts';
import { BodySender } from '../../http/post-body.ts';
import { bucketMiddles } from '../../samples/bucket-middles.ts';
import { labelPairs } from '../../samples/label-pairs.ts';
import { visibleRows } from '../../samples/visible-rows.ts';
import type { TargetParts } from '../target-parts.ts';
import { DATADOG_MAX_AGE_MS, DatadogAccount, tagsOf } from './datadog-account.ts';
import type { DatadogConfig } from './datadog-config.ts';

/** 3.2 MB may be sent; what is no larger before it is compressed never is afterwards. */
const SHAPE = {
  maxItems: 5000,
  maxBytes: 3_200_000,
  frame: { before: '{"series":[', between: ',', after: ']}' },
};

/** Datadog distributions: histograms as the observations they were made of, each as the middle of its bucket. */
export function createDatadogDistributionsTarget(config: DatadogConfig, parts: TargetParts): DeliveryTarget {
  const account = new DatadogAccount(config);
  const sender = new BodySender(parts, { retry: [408, 429, '5xx'] });
  const url = account.address('/api/v1/distribution_points');
  const ledger = new DeltaLedger();
  return {
    name: 'datadogDistributions',
    backlog: 'keep',
    maxAgeMs: DATADOG_MAX_AGE_MS,
    encode({ families, nowMs, drop }) {
      const histograms = ledger.take(families.filter(({ type }) => type === 'histogram'));
      return packParcels(
        distributionsOf(histograms, { account, ledger, seconds: account.secondsOf(nowMs) }),
        SHAPE,
        drop,
      );
    },
    send: async (body, signal) => sender.send({ url, headers: account.headers, body, gzip: true, signal }),
  };
}

interface DistributionParts {
  readonly account: DatadogAccount;
  readonly ledger: DeltaLedger;
  readonly seconds: number;
}

function* distributionsOf(
  histograms: readonly MetricFamily[],
  { account, ledger, seconds }: DistributionParts,
): Generator<ParcelItem, void, undefined> {
  for (const family of histograms) {
    const middles = bucketMiddles(family.upperBounds);
    for (const { block, blockIndex, row, numbers } of visibleRows(family)) {
      const values = middles.flatMap((middle, bucket) => Array<number>(numbers[bucket] ?? 0).fill(middle));
      const series = {
        metric: account.metricName(family.name),
        points: [[seconds, values]],
        tags: tagsOf(labelPairs(family, block, row, account.tags)),
        host: account.host,
      };
      const takeBack = (): void => ledger.giveBack(family, blockIndex, row);
      yield { bytes: Buffer.from(JSON.stringify(series)), points: values.length, takeBack };
    }
  }
}
