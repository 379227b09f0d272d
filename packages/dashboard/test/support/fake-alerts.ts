import type {
  ActiveAlert,
  AlertControl,
  AlertEvent,
  AlertRuleHealth,
  AlertSource,
  ChannelHealth,
  DeadLetter,
  DeliveryRecord,
  Silence,
  SilenceRequest,
  TimeRange,
} from '@bduf/metrics-core/interfaces';

/** Alerts in memory, with every action that was taken. */
export class FakeAlerts implements AlertSource, AlertControl {
  readonly actions: string[] = [];
  active: ActiveAlert[];
  silences: Silence[] = [];
  deadLetters: DeadLetter[];
  readonly events: AlertEvent[];
  readonly #nowMs: number;

  constructor(nowMs: number, hostile = '') {
    this.#nowMs = nowMs;
    const at = (secondsAgo: number): Date => new Date(nowMs - secondsAgo * 1000);
    const base = { lastEvaluatedAt: at(1), silencedBy: [], inhibitedBy: [] };
    this.active = [
      {
        ...base,
        id: 'a1',
        ruleName: 'high_error_rate',
        labels: { alertname: 'high_error_rate', team: 'platform', route: `/api/orders${hostile}` },
        annotations: { summary: `More than 5 % of the requests fail${hostile}` },
        severity: 'error',
        state: 'firing',
        value: 0.117,
        threshold: 0.05,
        activeAt: at(260),
        firedAt: at(200),
        runbookUrl: 'https://runbooks.example/errors',
      },
      {
        ...base,
        id: 'a2',
        ruleName: 'database_connection_exhaustion',
        labels: { alertname: 'database_connection_exhaustion', component: 'database' },
        annotations: { summary: 'Less than 5 connections are free' },
        severity: 'warning',
        state: 'pending',
        value: 16,
        threshold: 15,
        activeAt: at(40),
      },
    ];
    this.events = [
      {
        seq: 1,
        at: at(700),
        type: 'pending',
        id: 'a0',
        ruleName: 'slow_tool_execution',
        labels: { alertname: 'slow_tool_execution', tool: 'analyze' },
        value: 31,
      },
      {
        seq: 2,
        at: at(640),
        type: 'firing',
        id: 'a0',
        ruleName: 'slow_tool_execution',
        labels: { alertname: 'slow_tool_execution', tool: 'analyze' },
        severity: 'warning',
        value: 34,
      },
      {
        seq: 3,
        at: at(500),
        type: 'resolved',
        id: 'a0',
        ruleName: 'slow_tool_execution',
        labels: { alertname: 'slow_tool_execution', tool: 'analyze' },
        durationMs: 140_000,
      },
      {
        seq: 4,
        at: at(260),
        type: 'pending',
        id: 'a1',
        ruleName: 'high_error_rate',
        labels: { alertname: 'high_error_rate' },
        value: 0.08,
      },
      {
        seq: 5,
        at: at(200),
        type: 'firing',
        id: 'a1',
        ruleName: 'high_error_rate',
        labels: { alertname: 'high_error_rate' },
        severity: 'error',
        value: 0.12,
      },
      {
        seq: 6,
        at: at(199),
        type: 'notified',
        id: 'a1',
        ruleName: 'high_error_rate',
        labels: { alertname: 'high_error_rate' },
        channel: 'slack',
      },
    ];
    this.deadLetters = [
      {
        id: 'd1',
        at: at(400),
        channel: 'email',
        groupLabels: { alertname: 'slow_tool_execution' },
        alertIds: ['a0'],
        error: '550 mailbox unavailable',
      },
    ];
  }

  getActiveAlerts(): readonly ActiveAlert[] {
    return this.active;
  }

  getAlertHistory({ start, end }: TimeRange): readonly AlertEvent[] {
    return this.events.filter(({ at }) => at >= start && at < end);
  }

  getSilences(): readonly Silence[] {
    return this.silences;
  }

  getRuleHealth(): readonly AlertRuleHealth[] {
    const evaluations = Array.from({ length: 40 }, (_, at) => ({
      at: new Date(this.#nowMs - (40 - at) * 15_000),
      series: 1,
      breaching: at > 22 ? 1 : 0,
      worst: at > 22 ? 0.1 + at / 2500 : 0.004,
    }));
    return [
      {
        ruleName: 'high_error_rate',
        explanation: 'Fires when error_rate is above 0.05 for 1 minute.',
        promQl: 'error_rate > 0.05',
        severity: 'error',
        status: 'ok',
        warnings: [],
        lastDurationMs: 0.4,
        evaluations,
      },
      {
        ruleName: 'database_connection_exhaustion',
        explanation: 'Fires when database_connections_active is above 15 for 2 minutes.',
        severity: 'critical',
        status: 'ok',
        warnings: [],
        lastDurationMs: 0.2,
        evaluations: [],
      },
      {
        ruleName: 'queue_depth',
        explanation: 'Fires when queue_depth is above 100 for 5 minutes.',
        severity: 'warning',
        status: 'no_series',
        warnings: ['No metric is called queue_depth.'],
        evaluations: [],
      },
    ];
  }

  getChannelHealth(): readonly ChannelHealth[] {
    return [
      {
        channel: 'slack',
        undelivered: 0,
        oldestUndeliveredMs: null,
        circuitOpen: false,
        consecutiveFailures: 0,
        lastDeliveredAt: new Date(this.#nowMs - 199_000),
      },
      {
        channel: 'email',
        undelivered: 1,
        oldestUndeliveredMs: 198_000,
        circuitOpen: false,
        consecutiveFailures: 2,
        lastError: 'connect ECONNREFUSED',
      },
    ];
  }

  getDeliveries(): readonly DeliveryRecord[] {
    return [
      {
        at: new Date(this.#nowMs - 199_000),
        channel: 'slack',
        groupLabels: { alertname: 'high_error_rate' },
        firing: 1,
        resolved: 0,
        status: 'delivered',
        attempt: 1,
        durationMs: 84,
      },
      {
        at: new Date(this.#nowMs - 198_000),
        channel: 'email',
        groupLabels: { alertname: 'high_error_rate' },
        firing: 1,
        resolved: 0,
        status: 'retry',
        attempt: 2,
        durationMs: 12,
        error: 'connect ECONNREFUSED',
      },
    ];
  }

  getDeadLetters(): readonly DeadLetter[] {
    return this.deadLetters;
  }

  onAlertEvent(): () => void {
    return () => undefined;
  }

  acknowledge(alertId: string, by: string): Promise<void> {
    this.actions.push(`acknowledge ${alertId} ${by}`);
    this.active = this.active.map((alert) => (alert.id === alertId ? { ...alert, acknowledgedBy: by } : alert));
    return Promise.resolve();
  }

  unacknowledge(alertId: string): Promise<void> {
    this.actions.push(`unacknowledge ${alertId}`);
    this.active = this.active.map(({ acknowledgedBy, ...alert }) =>
      alert.id === alertId || acknowledgedBy === undefined ? alert : { ...alert, acknowledgedBy },
    );
    return Promise.resolve();
  }

  silence(request: SilenceRequest): Promise<Silence> {
    const silence = {
      ...request,
      id: `s${this.silences.length + 1}`,
      startsAt: request.startsAt ?? new Date(this.#nowMs),
    };
    this.actions.push(
      `silence ${request.matchers.map(({ name, op, value }) => name + op + value).join(',')} by ${request.createdBy}: ${request.comment}`,
    );
    this.silences = [...this.silences, silence];
    return Promise.resolve(silence);
  }

  async expireSilence(silenceId: string): Promise<void> {
    this.actions.push(`expire ${silenceId}`);
    this.silences = this.silences.filter(({ id }) => id !== silenceId);
    return Promise.resolve();
  }

  redeliver(deadLetterId: string): Promise<void> {
    this.actions.push(`redeliver ${deadLetterId}`);
    this.deadLetters = this.deadLetters.filter(({ id }) => id !== deadLetterId);
    return Promise.resolve();
  }

  testChannel(channel: string): Promise<DeliveryRecord> {
    this.actions.push(`test ${channel}`);
    return Promise.resolve({
      at: new Date(this.#nowMs),
      channel,
      groupLabels: {},
      firing: 0,
      resolved: 0,
      attempt: 1,
      durationMs: 5,
      ...(channel === 'email' ? { status: 'retry', error: 'connect ECONNREFUSED' } : { status: 'delivered' }),
    });
  }
}
