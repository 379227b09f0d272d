import type { SourceFamily } from '../../metrics/source-family.ts';

/** What two families of the same name must have in common to be merged, as a text for comparing and for people. */
export function familyShape({ family, rules }: SourceFamily): string {
  const { type, labelNames, unit, upperBounds, quantiles } = family;
  const aspects = [
    ['labels', labelNames],
    ['buckets', upperBounds],
    ['quantiles', quantiles],
    ['unit', unit],
    ['native', rules.native ?? ''],
  ] as const;
  const given = aspects.filter(([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0));
  return [type, ...given.map(([aspect, value]) => `${aspect} ${JSON.stringify(value)}`)].join(', ');
}
