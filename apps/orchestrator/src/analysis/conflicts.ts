import type { RequirementFacts } from './requirement-facts.ts';
import { excludeEachOther, type Quantity } from './quantities.ts';
import { similarity } from './words.ts';

/**
 * How two requirements stand against each other. `contradiction`: one demands what the other forbids. `incompatible`:
 * no value satisfies both. `differing_limits`: both can hold, but only one limit can be meant. `duplicate`: they say the
 * same.
 */
export const CONFLICT_KINDS = ['contradiction', 'incompatible', 'differing_limits', 'duplicate'] as const;
/** How two requirements stand against each other. */
export type ConflictKind = (typeof CONFLICT_KINDS)[number];

/** The facts of a requirement, ready to be compared with others. */
export interface ComparableFacts {
  readonly facts: RequirementFacts;
  readonly terms: ReadonlySet<string>;
}

/** Share of common terms from which two requirements are about the same thing. */
const SAME_SUBJECT = 0.5;
/** Share of common terms from which they say the same. */
const SAME_STATEMENT = 0.85;

/** The conflict between two requirements, if there is one. */
export function conflictBetween(a: ComparableFacts, b: ComparableFacts): ConflictKind | undefined {
  const common = similarity(a.terms, b.terms);
  if (common < SAME_SUBJECT) return undefined;
  if (a.facts.negated !== b.facts.negated && a.facts.action === b.facts.action) return 'contradiction';
  const pairs = comparablePairs(a.facts.quantities, b.facts.quantities);
  if (pairs.some(([one, other]) => excludeEachOther(one, other))) return 'incompatible';
  if (pairs.some(([one, other]) => one.bound === other.bound && one.value !== other.value)) return 'differing_limits';
  const saysTheSame = common >= SAME_STATEMENT && a.facts.actor === b.facts.actor;
  return saysTheSame && haveSameQuantities(a.facts, b.facts) ? 'duplicate' : undefined;
}

function haveSameQuantities(a: RequirementFacts, b: RequirementFacts): boolean {
  const described = ({ quantities }: RequirementFacts): string =>
    quantities.map(({ bound, value, unit }) => `${bound} ${value} ${unit}`).join('\n');
  return described(a) === described(b);
}

function comparablePairs(a: readonly Quantity[], b: readonly Quantity[]): readonly (readonly [Quantity, Quantity])[] {
  return a.flatMap((one) => b.filter(({ unit }) => unit === one.unit).map((other) => [one, other] as const));
}
