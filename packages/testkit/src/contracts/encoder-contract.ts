import { deepStrictEqual, notStrictEqual, throws } from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { type MetricEncoder, MetricsError, type MetricFamily } from '@bduf/metrics-core/interfaces';
import { familyOf } from '../family/family-of.ts';
import type { FamilySpec, SeriesSpec } from '../family/family-spec.ts';
import type { ContractCase } from './contract-case.ts';
import { HOSTILE_SERIES } from './hostile-series.ts';

/** A number as an encoded document says it. */
export interface EncodedSample {
  /** Metric name. */
  readonly name: string;
  /** All labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** The number. */
  readonly value: number;
}

/** What the encoder contract needs to know of a format. */
export interface EncoderContract {
  /** Makes a new encoder. */
  readonly createEncoder: () => MetricEncoder;
  /** Reads the gauges of a document back, by other means than the encoder's. Throws when the document is malformed. */
  readonly readGauges: (document: Uint8Array) => readonly EncodedSample[];
  /**
   * What the format can say of a sample, where that is not everything; `undefined` when it cannot say it at all. Negative
   * zero need not be told from zero.
   */
  readonly expressible?: (sample: EncodedSample) => EncodedSample | undefined;
}

/** Enough series for an encoder to keep what it rendered, if it does. */
const MANY = 300;
const NOW_MS = 1_700_000_000_000;

/** The contract of {@link MetricEncoder}, for every format. */
export function encoderContract(contract: EncoderContract): readonly ContractCase[] {
  return Object.entries(DEMANDS).map(([name, demand]) => ({ name, run: () => demand(contract) }));
}

const DEMANDS: Readonly<Record<string, (contract: EncoderContract) => void>> = {
  'names its format and media type': ({ createEncoder }) => {
    const { format, contentType } = createEncoder();
    notStrictEqual(format, '');
    deepStrictEqual(/^[a-z]+\/[a-z0-9.+-]+(; *[a-z]+=[A-Za-z0-9.-]+)*$/.test(contentType), true, contentType);
  },
  'encodes no metrics as a whole document': (contract) => {
    expectSamples(contract, contract.createEncoder(), []);
  },
  'encodes a metric without series as a whole document': (contract) => {
    expectSamples(contract, contract.createEncoder(), [gauges([])]);
  },
  'says hostile labels and values exactly': (contract) => {
    expectSamples(contract, contract.createEncoder(), [gauges(HOSTILE_SERIES)]);
  },
  'says every block, and no hidden row': (contract) => {
    const series = numbered(MANY, (row) => ({ hidden: row % 3 === 0 }));
    expectSamples(contract, contract.createEncoder(), [gauges(series, { rowsPerBlock: 90 })]);
  },
  'says labels that all series share': (contract) => {
    const constantLabels = { zone: 'a "b"', host: 'h' };
    expectSamples(contract, contract.createEncoder(), [
      gauges(numbered(2), { constantLabels }),
      gauges([{ value: 1 }], { name: 'alone', labelNames: [], constantLabels }),
    ]);
  },
  'follows values, new series and new label values of later read-outs': (contract) => {
    const encoder = contract.createEncoder();
    const identity = {};
    for (const count of [1, 3, 3, MANY, MANY, MANY + 100]) {
      const series = numbered(count, (row) => ({ value: row * count + 0.5 }));
      expectSamples(contract, encoder, [gauges(series, { identity })]);
    }
  },
  'follows hidden rows that come and go': (contract) => {
    const encoder = contract.createEncoder();
    const identity = {};
    for (const hiddenRow of [-1, 0, 1, MANY - 1, -1]) {
      const series = numbered(MANY, (row) => ({ hidden: row === hiddenRow }));
      expectSamples(contract, encoder, [gauges(series, { identity })]);
    }
  },
  'forgets rows and label ids when the epoch changes': (contract) => {
    const encoder = contract.createEncoder();
    const identity = {};
    expectSamples(contract, encoder, [gauges(numbered(MANY), { identity, epoch: 1 })]);
    expectSamples(contract, encoder, [gauges(numbered(MANY).toReversed().slice(1), { identity, epoch: 2 })]);
  },
  'gives the same bytes for the same metrics': ({ createEncoder }) => {
    const families = [gauges(HOSTILE_SERIES)];
    const encoder = createEncoder();
    const first = encodeAll(encoder, families);
    deepStrictEqual(encodeAll(encoder, families), first);
    deepStrictEqual(encodeAll(createEncoder(), families), first);
  },
  'does not depend on a document that was left half read': (contract) => {
    const encoder = contract.createEncoder();
    const families = [gauges(numbered(3000))];
    const abandoned = encoder.encode(families, { nowMs: NOW_MS })[Symbol.iterator]();
    abandoned.next();
    abandoned.return?.();
    expectSamples(contract, encoder, families);
  },
  'keeps documents that are read in turns apart': (contract) => {
    const encoder = contract.createEncoder();
    const identity = {};
    const families = [1, 20].map((factor) => {
      const series = numbered(3000, (row) => ({ value: row * factor }));
      return [gauges(series, { identity })];
    });
    for (const [index, document] of encodeInTurns(encoder, families).entries()) {
      deepStrictEqual(contract.readGauges(document), expectedOf(contract, families[index] ?? []));
    }
  },
  'changes no family': ({ createEncoder }) => {
    const family = gauges(HOSTILE_SERIES, { rowsPerBlock: 3 });
    const before = structuredClone(family);
    encodeAll(createEncoder(), [family]);
    deepStrictEqual(structuredClone(family), before);
  },
  'refuses two families of one name': ({ createEncoder }) => {
    const families = [gauges(numbered(1)), gauges(numbered(1))];
    throws(() => encodeAll(createEncoder(), families), isMetricsError);
  },
};

function expectSamples(contract: EncoderContract, encoder: MetricEncoder, families: readonly MetricFamily[]): void {
  const document = encodeAll(encoder, families);
  deepStrictEqual(contract.readGauges(document), expectedOf(contract, families));
}

function expectedOf({ expressible }: EncoderContract, families: readonly MetricFamily[]): readonly EncodedSample[] {
  return families
    .flatMap(samplesOf)
    .map((sample) => (expressible === undefined ? sample : expressible(sample)))
    .filter((sample) => sample !== undefined);
}

function samplesOf(family: MetricFamily): readonly EncodedSample[] {
  const { name, labelNames, labelValues, constantLabels } = family;
  return family.blocks.flatMap((block) =>
    Array.from(block.values, (value, row) => {
      const own = labelNames.map((label, k) => {
        const id = block.labelIds[row * labelNames.length + k] ?? 0;
        return [label, labelValues[k]?.[id] ?? ''] as const;
      });
      // Adding zero turns -0 into 0.
      return { name, labels: Object.fromEntries([...constantLabels, ...own]), value: value + 0 };
    }).filter((_, row) => block.hidden?.[row] !== 1),
  );
}

function encodeAll(encoder: MetricEncoder, families: readonly MetricFamily[]): Buffer {
  const chunks: Buffer[] = [];
  // A chunk may be overwritten by the next one, hence the copy.
  for (const chunk of encoder.encode(families, { nowMs: NOW_MS })) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function encodeInTurns(encoder: MetricEncoder, documents: readonly (readonly MetricFamily[])[]): readonly Buffer[] {
  const readers = documents.map((families) => ({
    chunks: [] as Buffer[],
    iterator: encoder.encode(families, { nowMs: NOW_MS })[Symbol.iterator](),
  }));
  let open = readers;
  while (open.length > 0) {
    open = open.filter(({ chunks, iterator }) => {
      const next = iterator.next();
      if (next.done !== true) chunks.push(Buffer.from(next.value));
      return next.done !== true;
    });
  }
  return readers.map(({ chunks }) => Buffer.concat(chunks));
}

function gauges(series: readonly SeriesSpec[], spec: Partial<FamilySpec> = {}): MetricFamily {
  return familyOf({
    name: 'queue_depth',
    type: 'gauge',
    description: 'Depth.',
    labelNames: ['queue'],
    series,
    ...spec,
  });
}

function numbered(count: number, more: (row: number) => SeriesSpec = () => ({})): readonly SeriesSpec[] {
  return Array.from({ length: count }, (_, row) => ({ labels: { queue: `q${row}` }, value: row, ...more(row) }));
}

function isMetricsError(error: unknown): boolean {
  return MetricsError.isInstance(error);
}
