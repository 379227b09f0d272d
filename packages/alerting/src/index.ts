/**
 * `@bduf/metrics-alerting`: alert rules evaluated in the process, state that survives, notifications that arrive.
 */

// Rules.
export { AlertCondition } from './rules/alert-condition.ts';
export { type AlertRule, NoDataPolicy } from './rules/alert-rule.ts';
export { alertRuleSchema } from './rules/alert-rule-schema.ts';
export type { AlertSignal, AlertSignalName, CustomSignalValue, SignalTerm } from './rules/alert-signal.ts';

// What survives the process.
export { type AlertStateStore, MemoryAlertStateStore, type StoredRecord } from './state/alert-state-store.ts';
