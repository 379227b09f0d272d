import {
  ApplicationMetricDefinitions,
  type BoundCounter,
  type BoundGauge,
  type Counter,
  type Gauge,
  type Registerer,
  ReservedLabelValue,
} from '@bduf/metrics-core/interfaces';

const { MCP_REQUESTS_IN_FLIGHT, MCP_NOTIFICATIONS_TOTAL } = ApplicationMetricDefinitions;

/** Which way a notification went. */
export type NotificationDirection = 'sent' | 'received';

interface MethodInstruments {
  readonly inFlight: Gauge<{ method: string }>;
  readonly notifications: Counter<{ direction: NotificationDirection; method: string }>;
}

/** What is counted of one method. Series begin to exist when they are first asked for. */
export class MethodMetrics {
  /** The method as labelled. */
  readonly label: string;
  readonly #instruments: MethodInstruments;
  #inFlight: BoundGauge | undefined;
  #sent: BoundCounter | undefined;
  #received: BoundCounter | undefined;

  constructor(label: string, instruments: MethodInstruments) {
    this.label = label;
    this.#instruments = instruments;
  }

  /** Requests that arrived and have no answer; the caller counts up and down. */
  get inFlight(): BoundGauge {
    return (this.#inFlight ??= this.#instruments.inFlight.labels({ method: this.label }));
  }

  /** Notifications that went out. */
  get sent(): BoundCounter {
    return (this.#sent ??= this.#instruments.notifications.labels({ direction: 'sent', method: this.label }));
  }

  /** Notifications that came in. */
  get received(): BoundCounter {
    return (this.#received ??= this.#instruments.notifications.labels({ direction: 'received', method: this.label }));
  }
}

/** Methods that are labelled by name; all others share one label, since peers can send any. */
export class MethodTable {
  readonly #instruments: MethodInstruments;
  readonly #methods = new Map<string, MethodMetrics>();
  readonly #other: MethodMetrics;

  constructor(metrics: Registerer, methods: readonly string[]) {
    this.#instruments = {
      inFlight: metrics.gauge(MCP_REQUESTS_IN_FLIGHT),
      notifications: metrics.counter(MCP_NOTIFICATIONS_TOTAL),
    };
    this.#other = new MethodMetrics(ReservedLabelValue.OTHER, this.#instruments);
    this.add(methods);
  }

  /** Adds methods that are labelled by name. */
  add(methods: readonly string[]): void {
    for (const method of methods) {
      if (!this.#methods.has(method)) this.#methods.set(method, new MethodMetrics(method, this.#instruments));
    }
  }

  /** The metrics of a method, or of all that are not labelled by name. */
  of(method: string): MethodMetrics {
    return this.#methods.get(method) ?? this.#other;
  }
}
