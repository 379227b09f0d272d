import type { FamilyBlock, LabelMatcher, MetricFamily } from '@bduf/metrics-core/interfaces';
import { FamilySeries, compileMatchers } from '@bduf/metrics-core/primitives';
import { NoDataReason } from './alert-instance.ts';
import type { SeeSeries } from './signal-plan.ts';

type Labels = Readonly<Record<string, string>>;

interface KnownRows {
  epoch: number;
  /** Labels by block and row, as long as rows keep their meaning. */
  blocks: Labels[][];
}

/** Labels of the rows of read-outs, one object for each series, shared by all rules about a metric. */
export class RowLabels {
  readonly #known = new WeakMap<object, KnownRows>();

  /** Labels of the rows of a block that were asked for already. */
  rows(family: MetricFamily, blockIndex: number): Labels[] {
    let known = this.#known.get(family.identity);
    if (known?.epoch !== family.epoch) {
      known = { epoch: family.epoch, blocks: [] };
      this.#known.set(family.identity, known);
    }
    return (known.blocks[blockIndex] ??= []);
  }
}

/**
 * The present values of a gauge, straight from a read-out. It is what most rules are about, and such a rule needs no past: nothing is
 * remembered for it, and nothing is asked.
 */
export class PresentValues {
  readonly metric: string;
  readonly #isMeant: ((labels: Labels) => boolean) | undefined;
  readonly #wereMeant = new WeakMap<Labels, boolean>();

  constructor(metric: string, matchers: readonly LabelMatcher[] = []) {
    this.metric = metric;
    this.#isMeant = matchers.length === 0 ? undefined : compileMatchers(matchers);
  }

  /** Tells the value of each series. */
  read(family: MetricFamily, rowLabels: RowLabels, see: SeeSeries): void {
    if (family.width !== 1) return;
    for (const [index, block] of family.blocks.entries()) {
      const rows = rowLabels.rows(family, index);
      for (let row = 0; row < block.rowCount; row++) {
        if (block.hidden?.[row] === 1) continue;
        const labels = (rows[row] ??= labelsOf(family, block, row));
        if (this.#isMeant !== undefined && !this.#wasMeant(labels, this.#isMeant)) continue;
        const value = block.values[row] ?? NaN;
        if (Number.isNaN(value)) see(labels, value, NoDataReason.NO_DATA);
        else see(labels, value);
      }
    }
  }

  #wasMeant(labels: Labels, isMeant: (labels: Labels) => boolean): boolean {
    let was = this.#wereMeant.get(labels);
    if (was === undefined) {
      was = isMeant(labels);
      this.#wereMeant.set(labels, was);
    }
    return was;
  }
}

function labelsOf(family: MetricFamily, block: FamilyBlock, row: number): Labels {
  return new FamilySeries(family, block, row).labels;
}
