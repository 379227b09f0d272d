import type { FamilyType, MetricFamily } from '@bduf/metrics-core/interfaces';
import { exposedUnit } from '../families/exposed-unit.ts';
import { canonicalNumber } from './canonical-number.ts';
import { escapeLabelValue } from './escape-text.ts';
import type { FamilyLayout, LineShape, TextDialect } from './family-layout.ts';
import { openMetricsName, openMetricsTypes } from './open-metrics-types.ts';
import { histogramLines, summaryLines } from './sample-lines.ts';

/** OpenMetrics text 1.0, with or without `_created` samples. */
export function openMetricsDialect(withCreated: boolean): TextDialect {
  return {
    terminator: '# EOF\n',
    shownTypes: openMetricsTypes,
    layoutOf(family, shownAs) {
      const name = openMetricsName(family, shownAs);
      const created = withCreated && (shownAs === 'counter' || shownAs === 'histogram' || shownAs === 'summary');
      const lines = linesOf(family);
      return {
        header: headerOf(family, name, shownAs),
        lines: created ? [...lines, { name: `${name}_created` }] : lines,
        created,
        exemplars: shownAs === 'counter' || shownAs === 'histogram',
        omits: omissionRule(family),
      };
    },
  };
}

function headerOf(family: MetricFamily, name: string, type: FamilyType): string {
  const unit = exposedUnit(name, type, family.unit);
  return [
    `# TYPE ${name} ${type}\n`,
    unit === '' ? '' : `# UNIT ${name} ${unit}\n`,
    family.description === '' ? '' : `# HELP ${name} ${escapeLabelValue(family.description)}\n`,
  ].join('');
}

function linesOf(family: MetricFamily): readonly LineShape[] {
  if (family.type === 'histogram') {
    const lines = histogramLines(family, canonicalNumber);
    // With negative bounds the sum may fall, so the format forbids it, and the count with it.
    return hasNegativeBounds(family) ? lines.slice(0, -2) : lines;
  }
  if (family.type === 'summary') return summaryLines(family, canonicalNumber);
  return [{ name: family.name }];
}

function hasNegativeBounds(family: MetricFamily): boolean {
  return family.upperBounds.some((bound) => bound < 0);
}

/** Sums and quantiles of negative observations cannot be said in this format; a document that had them is invalid. */
function omissionRule(family: MetricFamily): FamilyLayout['omits'] {
  if (family.type === 'summary') {
    const numbers = family.width;
    return (slots, line) => line < numbers && (slots[line] as number) < 0;
  }
  if (family.type === 'histogram' && !hasNegativeBounds(family)) {
    const sum = family.width - 1;
    return (slots, line) => (line === sum || line === sum + 1) && (slots[sum] as number) < 0;
  }
  return undefined;
}
