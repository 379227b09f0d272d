import { QuerySemantics } from '../../interfaces/history-source.ts';
import type { SeriesSelector } from '../../interfaces/query-expression.ts';
import type { SampleReader, SampledSeries } from '../../interfaces/sampled-series.ts';
import { HistogramLeaf } from './histogram-leaf.ts';
import { NumberLeaf } from './number-leaf.ts';
import { SeriesColumns } from './series-columns.ts';
import type { LeafDemand, SeriesLeaf } from './series-leaf.ts';

interface Selection {
  readonly selector: SeriesSelector;
  readonly numbers: Map<string, NumberLeaf>;
  readonly histograms: Map<string, HistogramLeaf>;
}

/**
 * The leaves of a batch by selector, so that the samples of each are read once, whatever number of questions needs them. Leaves
 * that ask the same are one.
 */
export class SelectionPlan {
  readonly #selections = new Map<string, Selection>();

  /** The leaf that gives numbers. It holds them after {@link read}. */
  numbers(demand: LeafDemand): NumberLeaf {
    const { numbers } = this.#selection(demand.expression.selector);
    const key = demandKey(demand);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const leaf = new NumberLeaf(demand);
    numbers.set(key, leaf);
    return leaf;
  }

  /** The leaf that gives histograms. It holds them after {@link read}. */
  histograms(demand: LeafDemand): HistogramLeaf {
    const { histograms } = this.#selection(demand.expression.selector);
    const key = demandKey(demand);
    const known = histograms.get(key);
    if (known !== undefined) return known;
    const leaf = new HistogramLeaf(demand);
    histograms.set(key, leaf);
    return leaf;
  }

  /** Reads all samples and gives them to the leaves. What the reader hands out is not kept. */
  read(reader: SampleReader): void {
    for (const { selector, numbers, histograms } of this.#selections.values()) {
      const leaves = [...numbers.values(), ...histograms.values()];
      for (const { fromMs, toMs, exact, prometheus } of overlapping(leaves)) {
        for (const series of reader.select(selector, fromMs, toMs)) {
          addTo(exact, series, QuerySemantics.EXACT);
          addTo(prometheus, series, QuerySemantics.PROMETHEUS);
        }
      }
    }
  }

  #selection(selector: SeriesSelector): Selection {
    const key = selectorKey(selector);
    let selection = this.#selections.get(key);
    if (selection === undefined) {
      selection = { selector, numbers: new Map(), histograms: new Map() };
      this.#selections.set(key, selection);
    }
    return selection;
  }
}

function addTo(leaves: readonly SeriesLeaf[], series: SampledSeries, semantics: QuerySemantics): void {
  if (leaves.length === 0) return;
  const columns = new SeriesColumns(series, semantics);
  for (const leaf of leaves) leaf.add(columns);
}

interface LeafGroup {
  readonly exact: SeriesLeaf[];
  readonly prometheus: SeriesLeaf[];
  readonly fromMs: number;
  toMs: number;
}

/** Leaves whose spans touch go together; between spans that do not, nothing need be read. */
function overlapping(leaves: SeriesLeaf[]): readonly LeafGroup[] {
  const groups: LeafGroup[] = [];
  if (leaves.length > 1) leaves.sort((a, b) => a.fromMs - b.fromMs);
  for (const leaf of leaves) {
    let group = groups.at(-1);
    if (group === undefined || leaf.fromMs > group.toMs) {
      group = { exact: [], prometheus: [], fromMs: leaf.fromMs, toMs: leaf.toMs };
      groups.push(group);
    }
    group.toMs = Math.max(group.toMs, leaf.toMs);
    group[leaf.demand.semantics].push(leaf);
  }
  return groups;
}

function selectorKey({ metric, matchers }: SeriesSelector): string {
  if (matchers === undefined) return metric;
  let key = metric;
  for (const { name, op, value } of matchers) key += `\u0001${name}\u0001${op}\u0001${value}`;
  return key;
}

function demandKey({ expression, times, semantics }: LeafDemand): string {
  const asked =
    expression.kind === 'window' ? `${expression.fn} ${expression.windowMs} ${expression.parameter}` : 'last';
  return `${asked} ${expression.offsetMs ?? 0} ${times.startMs} ${times.stepMs} ${times.count} ${semantics}`;
}
