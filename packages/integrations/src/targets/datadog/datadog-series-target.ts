import { Buffer } from 'node:buffer';
import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import type { DeliveryTarget, Reading } from '../../delivery/delivery-target.ts';
import { type ParcelItem, packParcels } from '../../delivery/pack-parcels.ts';
import { DeltaLedger } from '../../deltas/delta-ledger.ts';
import { BodySender } from '../../http/post-body.ts';
import { type LabelPairs, labelPairs } from '../../samples/label-pairs.ts';
import { type PrometheusSample, prometheusSamples } from '../../samples/prometheus-samples.ts';
import { type VisibleRow, visibleRows } from '../../samples/visible-rows.ts';
import type { TargetParts } from '../target-parts.ts';
import { DATADOG_MAX_AGE_MS, DatadogAccount, tagsOf } from './datadog-account.ts';
import type { DatadogConfig } from './datadog-config.ts';

/** 512 000 bytes may be sent; what is no larger before it is compressed never is afterwards. */
const SHAPE = {
  maxItems: 5000,
  maxBytes: 512_000,
  frame: { before: '{"series":[', between: ',', after: ']}' },
};

/** `MetricIntakeType` of the API. */
const COUNT = 1;
const GAUGE = 3;

/**
 * Datadog series, API v2. Counters and what counts in distributions are sent as what was added; Datadog adds it up. A body
 * that arrives twice holds the same points with the same times, and counts once.
 */
export function createDatadogTarget(config: DatadogConfig, parts: TargetParts): DeliveryTarget {
  const account = new DatadogAccount(config);
  const sender = new BodySender(parts, { retry: [408, 429, '5xx'] });
  const url = account.address('/api/v2/series');
  const ledger = new DeltaLedger();
  const hasDistributions = config.histograms === 'distributions';
  let lastSeconds: number | undefined;
  return {
    name: 'datadog',
    backlog: 'keep',
    isIdempotent: true,
    maxAgeMs: DATADOG_MAX_AGE_MS,
    encode({ families, nowMs, drop }) {
      const seconds = account.secondsOf(nowMs);
      const interval = Math.max(1, seconds - (lastSeconds ?? seconds - 1));
      lastSeconds = seconds;
      const wanted = hasDistributions ? families.filter(({ type }) => type !== 'histogram') : families;
      const scribe = new SeriesScribe(account, { seconds, interval, drop });
      return packParcels(itemsOf(ledger.take(wanted), scribe, ledger), SHAPE, drop);
    },
    send: async (body, signal) => sender.send({ url, headers: account.headers, body, gzip: true, signal }),
  };
}

/**
 * One item for each series, so that it is delivered or given back as a whole.
 *
 * @yields Series that say something.
 */
function* itemsOf(
  families: readonly MetricFamily[],
  scribe: SeriesScribe,
  ledger: DeltaLedger,
): Generator<ParcelItem, void, undefined> {
  for (const family of families) {
    const samples = prometheusSamples(family);
    for (const place of visibleRows(family)) {
      const written = scribe.write(place, samples);
      if (written.length === 0) continue;
      yield {
        bytes: Buffer.from(written.join()),
        points: written.length,
        takeBack: () => ledger.giveBack(family, place.blockIndex, place.row),
      };
    }
  }
}

/** Facts of one read-out. */
interface SeriesMoment {
  readonly seconds: number;
  readonly interval: number;
  readonly drop: Reading['drop'];
}

class SeriesScribe {
  readonly #account: DatadogAccount;
  readonly #moment: SeriesMoment;

  constructor(account: DatadogAccount, moment: SeriesMoment) {
    this.#account = account;
    this.#moment = moment;
  }

  /** The samples of a series that say something, as JSON. */
  write({ family, block, row, numbers }: VisibleRow, samples: readonly PrometheusSample[]): readonly string[] {
    const labels = labelPairs(family, block, row, this.#account.tags);
    return samples.flatMap((sample) => {
      const value = sample.valueOf(numbers);
      const isCount = isCounted(family, sample);
      if (isCount && value === 0) return [];
      if (!Number.isFinite(value)) {
        // A quantile without observations says nothing; any other number that is none was meant to say something.
        if (sample.extra?.[0] !== 'quantile') this.#moment.drop('invalid_value', 1);
        return [];
      }
      return JSON.stringify(this.#series(family, sample, { labels, value, isCount }));
    });
  }

  #series(
    family: MetricFamily,
    { suffix, extra }: PrometheusSample,
    { labels, value, isCount }: { readonly labels: LabelPairs; readonly value: number; readonly isCount: boolean },
  ): object {
    const { seconds, interval } = this.#moment;
    return {
      metric: this.#account.metricName(family.name + suffix),
      type: isCount ? COUNT : GAUGE,
      ...(isCount && { interval }),
      points: [{ timestamp: seconds, value }],
      tags: tagsOf(extra === undefined ? labels : [...labels, extra]),
      resources: [{ type: 'host', name: this.#account.host }],
    };
  }
}

function isCounted({ type }: MetricFamily, { suffix }: PrometheusSample): boolean {
  return type === 'counter' || type === 'histogram' || (type === 'summary' && suffix !== '');
}
