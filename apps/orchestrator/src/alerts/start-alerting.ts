import {
  AlertManager,
  createNotificationService,
  DirectoryAlertStateStore,
  type NotifierOptions,
} from '@bduf/metrics-alerting';
import type { MetricsCollector } from '@bduf/metrics-core';
import type { Clock, HistorySource } from '@bduf/metrics-core/interfaces';
import type { Receivers } from '../inbox/receivers.ts';
import type { Shutdown } from '../shutdown.ts';
import { ALERT_RULES } from './alert-rules.ts';

/** Options of {@link startAlerting}. */
export interface AlertingOptions {
  readonly collector: MetricsCollector;
  readonly history: HistorySource;
  /** Those who are told. */
  readonly receivers: Receivers;
  /** Folder in which alerts survive the process; undefined for none. */
  readonly stateFolder: string | undefined;
  readonly clock: Clock;
  /** Told of errors that no client is told of. */
  readonly onError: (error: unknown) => void;
}

const INTERVAL_MS = 1000;
/** How long the last notifications may take when the service ends. */
const CLOSE_MS = 200;
/** Shorter than a team would want: a demonstration shows each change soon. */
const GROUPING: NotifierOptions = { groupWaitMs: 500, groupIntervalMs: 2000 };

/** Starts to judge what is measured, and to tell people. */
export async function startAlerting(options: AlertingOptions, shutdown: Shutdown): Promise<AlertManager> {
  const { collector, history, receivers, stateFolder, clock, onError } = options;
  const service = createNotificationService({
    slack: { webhookUrl: receivers.urls.slack },
    pagerduty: { routingKey: 'demonstration', baseUrl: receivers.urls.pagerduty },
    webhook: { url: receivers.urls.webhook },
    email: { from: 'alerts@orchestrator.example', to: 'operators@orchestrator.example', transport: receivers.mailbox },
    clock,
  });
  const alerts = new AlertManager(collector, service, {
    rules: ALERT_RULES,
    history,
    intervalMs: INTERVAL_MS,
    notify: GROUPING,
    ...(stateFolder !== undefined && { store: new DirectoryAlertStateStore(stateFolder) }),
    clock,
    onError,
  });
  shutdown.add(() => alerts.close(CLOSE_MS));
  await alerts.start();
  return alerts;
}
