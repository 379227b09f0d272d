/**
 * A condition on the value of a label, as in PromQL: equal, unequal, matches or does not match a regular expression, which is
 * anchored at both ends.
 */
export interface LabelMatcher {
  /** Label name. */
  readonly name: string;
  /** How to compare. */
  readonly op: '=' | '!=' | '=~' | '!~';
  /** Value, or regular expression. */
  readonly value: string;
}
