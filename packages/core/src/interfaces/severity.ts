/** How severe an alert is, least first. */
export const Severity = { INFO: 'info', WARNING: 'warning', ERROR: 'error', CRITICAL: 'critical' } as const;
/** How severe an alert is. */
export type Severity = (typeof Severity)[keyof typeof Severity];
