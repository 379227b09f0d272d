/** How the value of a rule is compared with its threshold. */
export const AlertCondition = {
  GREATER_THAN: 'gt',
  LESS_THAN: 'lt',
  EQUALS: 'eq',
  NOT_EQUALS: 'ne',
  GREATER_OR_EQUAL: 'gte',
  LESS_OR_EQUAL: 'lte',
  /** Percent by which the rate in the window exceeds that in the window before: 50 means half as much again. */
  RATE_INCREASE: 'rate_increase',
  /** Percent by which the rate in the window is below that in the window before. */
  RATE_DECREASE: 'rate_decrease',
  /** Below `threshold` or above `upperThreshold`. */
  OUTSIDE: 'outside',
  /** From `threshold` to `upperThreshold`, both included. */
  INSIDE: 'inside',
  /** No series of the metric matches. */
  ABSENT: 'absent',
} as const;
/** How the value of a rule is compared with its threshold. */
export type AlertCondition = (typeof AlertCondition)[keyof typeof AlertCondition];
