import type { ExpositionFamily, ExpositionSample } from './exposition-family.ts';

/** OpenMetrics allows this many code points in names and values of an exemplar's labels together. */
const MAX_CODE_POINTS = 128;

/** What is wrong with the exemplar of a sample. */
export function exemplarFault(family: ExpositionFamily, sample: ExpositionSample): string | undefined {
  const { exemplar } = sample;
  if (exemplar === undefined) return undefined;
  const suffix = sample.name.slice(family.name.length);
  if (suffix !== '_total' && suffix !== '_bucket') return `an exemplar on ${sample.name}`;
  const codePoints = Object.entries(exemplar.labels).reduce(
    (sum, [name, value]) => sum + Array.from(name + value).length,
    0,
  );
  if (codePoints > MAX_CODE_POINTS) return `an exemplar of ${codePoints} code points`;
  if (suffix !== '_bucket') return undefined;
  return isInBucket(family, sample, exemplar.value) ? undefined : `the exemplar ${exemplar.value} is not in its bucket`;
}

function isInBucket(family: ExpositionFamily, sample: ExpositionSample, value: number): boolean {
  const upper = boundOf(sample);
  const lower = family.samples
    .filter(({ name }) => name === sample.name)
    .map(boundOf)
    .reduce((best, bound) => (bound < upper && bound > best ? bound : best), Number.NEGATIVE_INFINITY);
  return value > lower && value <= upper;
}

function boundOf({ labels }: ExpositionSample): number {
  const le = labels['le'] ?? '';
  return le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le);
}
