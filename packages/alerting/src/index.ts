/**
 * `@bduf/metrics-alerting`: alert rules evaluated in the process, state that survives, notifications that arrive.
 */

// Rules.
export { AlertCondition } from './rules/alert-condition.ts';
export { type AlertRule, NoDataPolicy } from './rules/alert-rule.ts';
export { alertRuleSchema } from './rules/alert-rule-schema.ts';
export {
  type DefaultAlertRuleOptions,
  DefaultAlertRules,
  createDefaultAlertRules,
} from './rules/default-alert-rules.ts';
export type { AlertSignal, AlertSignalName, CustomSignalValue, SignalTerm } from './rules/alert-signal.ts';

// Rules in other words.
export { type RuleExplanation, explainRule } from './rules/explain-rule.ts';
export { type PrometheusRulesOptions, toPrometheusRules } from './rules/prometheus-rules.ts';
export type { RulePromQlOptions } from './rules/rule-promql.ts';

// Evaluating rules and remembering alerts.
export { AlertManager } from './manager/alert-manager.ts';
export type { AlertManagerOptions, AlertedMetrics } from './manager/alert-manager-options.ts';
export { type CreateAlertManagerOptions, createAlertManager } from './manager/create-alert-manager.ts';
export { MetaAlert } from './manager/meta-rules.ts';

// Trying rules before they are on duty.
export { type Simulation, type SimulationOptions, simulate } from './simulation/simulate.ts';
export type { SimulatedSeries } from './simulation/simulated-series.ts';
export { type ExpectedAlert, type RuleExpectation, type RuleTestCase, testRules } from './simulation/test-rules.ts';

// What survives the process.
export { type AlertStateStore, MemoryAlertStateStore, type StoredRecord } from './state/alert-state-store.ts';
export { DirectoryAlertStateStore, type DirectoryAlertStateStoreOptions } from './state/directory-alert-state-store.ts';

// Telling people: how alerts become notifications, and the channels that deliver them.
export type { ChannelCadence, PacedNotificationService } from './notify/channel-cadence.ts';
export type { GroupingOptions, InhibitRule, NotificationRoute, NotifierOptions } from './notify/notifier-options.ts';
export { type AlertmanagerOptions, createAlertmanagerChannel } from './channels/alertmanager-channel.ts';
export type { ChannelSender } from './channels/channel-sender.ts';
export { type ConsoleOptions, createConsoleChannel } from './channels/console-channel.ts';
export { type NotificationServiceOptions, createNotificationService } from './channels/create-notification-service.ts';
export {
  type EmailMessage,
  type EmailOptions,
  type EmailTransport,
  createEmailChannel,
} from './channels/email-channel.ts';
export type { NotificationFunction } from './channels/function-channel.ts';
export type { HttpAccess } from './channels/http-access.ts';
export type { Fetch, HttpChannelOptions } from './channels/http-poster.ts';
export { type PagerDutyOptions, createPagerDutyChannel } from './channels/pagerduty-channel.ts';
export { type SlackOptions, createSlackChannel } from './channels/slack-channel.ts';
export { type WebhookOptions, createWebhookChannel } from './channels/webhook-channel.ts';

// Looking at alerts and acting on them over HTTP.
export type { AlertsAuth } from './http/alerts-access.ts';
export { type AlertsRouterOptions, createAlertsRouter } from './http/alerts-router.ts';
