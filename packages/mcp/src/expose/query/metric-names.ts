import type { MetricFamily } from '@bduf/metrics-core/interfaces';

const MOST_NEAR_NAMES = 3;

/** Families whose name or description has to do with some words, best first; all of them for no words. */
export function searchFamilies(families: readonly MetricFamily[], words: string): readonly MetricFamily[] {
  const wanted = partsOf(words);
  if (wanted.length === 0) return families;
  return families
    .map((family) => ({ family, score: scoreOf(family, wanted) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || compare(a.family.name, b.family.name))
    .map(({ family }) => family);
}

/** The three names that a name which does not exist may have meant, nearest first. */
export function nearestNames(name: string, families: readonly MetricFamily[]): readonly string[] {
  return families
    .map((family) => ({ name: family.name, likeness: likeness(name, family.name) }))
    .toSorted((a, b) => b.likeness - a.likeness || compare(a.name, b.name))
    .slice(0, MOST_NEAR_NAMES)
    .map((each) => each.name);
}

function scoreOf({ name, description }: MetricFamily, wanted: readonly string[]): number {
  const lowerName = name.toLowerCase();
  const lowerDescription = description.toLowerCase();
  return wanted.reduce((score, part) => {
    if (lowerName.includes(part)) return score + 2;
    return lowerDescription.includes(part) ? score + 1 : score;
  }, 0);
}

/** Share of pairs of neighbouring letters that two names have in common (Dice's coefficient). */
function likeness(a: string, b: string): number {
  const pairsOfA = letterPairs(a);
  const pairsOfB = letterPairs(b);
  const common = pairsOfA.filter((pair) => {
    const at = pairsOfB.indexOf(pair);
    if (at >= 0) pairsOfB.splice(at, 1);
    return at >= 0;
  }).length;
  return (2 * common) / Math.max(1, pairsOfA.length + pairsOfB.length + common);
}

function letterPairs(name: string): string[] {
  const letters = name.toLowerCase();
  return Array.from({ length: Math.max(0, letters.length - 1) }, (_, at) => letters.slice(at, at + 2));
}

function partsOf(words: string): readonly string[] {
  return words
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part.length > 1);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
