import type { QuerySemantics } from '../../interfaces/history-source.ts';
import type { SeriesSelector } from '../../interfaces/query-expression.ts';
import type { SampleReader } from '../../interfaces/sampled-series.ts';
import { SeriesColumns } from './series-columns.ts';
import { type LeafDemand, SeriesLeaf } from './series-leaf.ts';

interface Selection {
  readonly selector: SeriesSelector;
  readonly leaves: Map<string, { readonly leaf: SeriesLeaf; readonly semantics: QuerySemantics }>;
}

/**
 * The leaves of a batch by selector, so that the samples of each are read once, whatever number of questions needs them. Leaves
 * that ask the same are one.
 */
export class SelectionPlan {
  readonly #selections = new Map<string, Selection>();

  /** The leaf that answers a demand. It holds something after {@link read}. */
  leaf(demand: LeafDemand): SeriesLeaf {
    const { selector } = demand.expression;
    const key = selectorKey(selector);
    let selection = this.#selections.get(key);
    if (selection === undefined) {
      selection = { selector, leaves: new Map() };
      this.#selections.set(key, selection);
    }
    const what = demandKey(demand);
    const known = selection.leaves.get(what);
    if (known !== undefined) return known.leaf;
    const leaf = new SeriesLeaf(demand);
    selection.leaves.set(what, { leaf, semantics: demand.semantics });
    return leaf;
  }

  /** Reads all samples and gives them to the leaves. What the reader hands out is not kept. */
  read(reader: SampleReader): void {
    for (const { selector, leaves } of this.#selections.values()) {
      for (const group of overlapping([...leaves.values()])) {
        for (const series of reader.select(selector, group.fromMs, group.toMs)) {
          const columns = new Map<QuerySemantics, SeriesColumns>();
          for (const { leaf, semantics } of group.leaves) {
            let ofSemantics = columns.get(semantics);
            if (ofSemantics === undefined) {
              ofSemantics = new SeriesColumns(series, semantics);
              columns.set(semantics, ofSemantics);
            }
            leaf.add(ofSemantics);
          }
        }
      }
    }
  }
}

type PlannedLeaf = { readonly leaf: SeriesLeaf; readonly semantics: QuerySemantics };

interface LeafGroup {
  readonly leaves: PlannedLeaf[];
  readonly fromMs: number;
  toMs: number;
}

/** Leaves whose spans touch go together; between spans that do not, nothing need be read. */
function overlapping(leaves: readonly PlannedLeaf[]): readonly LeafGroup[] {
  const groups: LeafGroup[] = [];
  for (const each of leaves.toSorted((a, b) => a.leaf.fromMs - b.leaf.fromMs)) {
    const last = groups.at(-1);
    if (last !== undefined && each.leaf.fromMs <= last.toMs) {
      last.leaves.push(each);
      last.toMs = Math.max(last.toMs, each.leaf.toMs);
    } else groups.push({ leaves: [each], fromMs: each.leaf.fromMs, toMs: each.leaf.toMs });
  }
  return groups;
}

function selectorKey({ metric, matchers = [] }: SeriesSelector): string {
  return matchers.length === 0
    ? metric
    : JSON.stringify([metric, matchers.map(({ name, op, value }) => [name, op, value])]);
}

function demandKey({ expression, times, semantics, lookbackMs, asHistograms }: LeafDemand): string {
  const asked =
    expression.kind === 'window' ? `${expression.fn} ${expression.windowMs} ${expression.parameter}` : 'last';
  return `${asked} ${expression.offsetMs ?? 0} ${times.startMs} ${times.stepMs} ${times.count} ${semantics} ${lookbackMs} ${asHistograms}`;
}
