/** Hours that it takes to clarify one open phrase. */
export const HOURS_PER_AMBIGUITY = 0.5;
/** Hours that it takes to resolve a conflict between two requirements. */
export const HOURS_PER_CONFLICT = 2;
/** Hours that it takes to join two components. */
export const HOURS_PER_INTEGRATION = 3;
/** Hours that it takes to document one component. */
export const HOURS_PER_DOCUMENTED_COMPONENT = 1;
/** Share of the time of implementation that tests of a component take. */
export const TESTING_SHARE = 0.5;

/** What the effort of implementing a requirement follows from. */
export interface ImplementationSize {
  /** Words that carry the matter. */
  readonly terms: number;
  /** Measurable demands. */
  readonly quantities: number;
  /** Components that have a part in it. */
  readonly topics: number;
}

/** Hours that it takes to implement a requirement. */
export function implementationHours({ terms, quantities, topics }: ImplementationSize): number {
  return halfHours(2 + terms / 4 + 1.5 * quantities + 2 * Math.max(0, topics - 1));
}

/** Hours that it takes to design a component. */
export function designHours(requirements: number, dependencies: number): number {
  return 1 + requirements + dependencies;
}

/** Rounds up to half hours, at least one. */
export function halfHours(hours: number): number {
  return Math.max(0.5, Math.ceil(hours * 2) / 2);
}
