import type { FamilyType, MetricFamily } from '@bduf/metrics-core/interfaces';
import { escapeHelp } from './escape-text.ts';
import type { LineShape, TextDialect } from './family-layout.ts';
import { histogramLines, summaryLines } from './sample-lines.ts';
import { uniqueNames } from '../families/unique-names.ts';

/** The format knows five types; what it lacks is a gauge there, whose value means the same. */
const TYPE_WORDS: Readonly<Record<FamilyType, string>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  summary: 'summary',
  info: 'gauge',
  stateset: 'gauge',
  unknown: 'untyped',
};

/** Prometheus text exposition format 0.0.4. */
export const prometheusDialect: TextDialect = {
  terminator: '',
  shownTypes(families) {
    uniqueNames(families);
    return families.map(({ type }) => type);
  },
  layoutOf(family) {
    const help = family.description === '' ? '' : `# HELP ${family.name} ${escapeHelp(family.description)}\n`;
    return {
      header: `${help}# TYPE ${family.name} ${TYPE_WORDS[family.type]}\n`,
      lines: linesOf(family),
      created: false,
      exemplars: false,
      omits: undefined,
    };
  },
};

function linesOf(family: MetricFamily): readonly LineShape[] {
  if (family.type === 'histogram') return histogramLines(family, boundText);
  if (family.type === 'summary') return summaryLines(family, boundText);
  return [{ name: family.name }];
}

/** Bounds as other Node.js clients write them (`1`, not `1.0`), so that series keep their identity on a change of client. */
function boundText(value: number): string {
  return value === Number.POSITIVE_INFINITY ? '+Inf' : String(value);
}
