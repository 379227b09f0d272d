import type { NotificationService } from '@bduf/metrics-core/interfaces';
import { createDefaultAlertRules } from '../rules/default-alert-rules.ts';
import { AlertManager } from './alert-manager.ts';
import type { AlertManagerOptions, AlertedMetrics } from './alert-manager-options.ts';

/** What an alert manager is made of. */
export interface CreateAlertManagerOptions extends AlertManagerOptions {
  /** What alerts are made from; a `MetricsCollector`. */
  readonly metrics: AlertedMetrics;
  /** Delivers notifications; without it nobody is told. */
  readonly service?: NotificationService;
}

/**
 * Makes an alert manager, with the default rules unless it is given others.
 *
 * @throws MetricsError `METRICS_ERR_ALERT_RULE_INVALID` for a malformed rule.
 */
export function createAlertManager({ metrics, service, ...options }: CreateAlertManagerOptions): AlertManager {
  return new AlertManager(metrics, service, { ...options, rules: options.rules ?? createDefaultAlertRules() });
}
