import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import { canonicalNumber } from './canonical-number.ts';
import { escapeLabelValue } from './escape-text.ts';
import type { FamilyLayout, LineShape, TextDialect } from './family-layout.ts';
import { type OpenMetricsIdentity, openMetricsIdentities } from './open-metrics-identity.ts';
import { histogramLines, summaryLines } from './sample-lines.ts';

/** OpenMetrics text 1.0, with or without `_created` samples. */
export function openMetricsDialect(created: boolean): TextDialect {
  return {
    terminator: '# EOF\n',
    plan(families) {
      const identities = openMetricsIdentities(families);
      return families.map((family, index) => layoutOf(family, identities[index] as OpenMetricsIdentity, created));
    },
  };
}

function layoutOf(family: MetricFamily, identity: OpenMetricsIdentity, withCreated: boolean): FamilyLayout {
  const created = withCreated && hasCreated(identity);
  const lines = linesOf(family);
  return {
    header: headerOf(family, identity),
    lines: created ? [...lines, { name: `${identity.name}_created` }] : lines,
    created,
    exemplars: identity.type === 'counter' || identity.type === 'histogram',
    omits: omissionRule(family),
  };
}

function hasCreated({ type }: OpenMetricsIdentity): boolean {
  return type === 'counter' || type === 'histogram' || type === 'summary';
}

function headerOf(family: MetricFamily, { name, type }: OpenMetricsIdentity): string {
  const hasUnit = family.unit !== '' && name.endsWith(`_${family.unit}`) && type !== 'info' && type !== 'stateset';
  return [
    `# TYPE ${name} ${type}\n`,
    hasUnit ? `# UNIT ${name} ${family.unit}\n` : '',
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
