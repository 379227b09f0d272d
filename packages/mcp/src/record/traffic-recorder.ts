import {
  ApplicationMetricDefinitions,
  type BoundCounter,
  type BoundGauge,
  type BoundObserver,
  type Counter,
  type Gauge,
  type Histogram,
  type Registerer,
} from '@bduf/metrics-core/interfaces';

const { MCP_REQUESTS_IN_FLIGHT, MCP_SESSIONS_ACTIVE, MCP_TOOL_RESULT_CHARS, MCP_NOTIFICATIONS_TOTAL } =
  ApplicationMetricDefinitions;

/** Which way a notification went. */
export type NotificationDirection = 'sent' | 'received';

/** Records what has one name in every naming: what is under way, notifications, sizes of answers. */
export class TrafficRecorder {
  readonly #inFlight: Gauge<{ method: string }>;
  readonly #sessions: Gauge<{ transport: string }>;
  readonly #resultChars: Histogram<{ tool: string }>;
  readonly #notifications: Counter<{ direction: NotificationDirection; method: string }>;
  // Bounded like the methods and tools that are their keys.
  readonly #inFlightByMethod = new Map<string, BoundGauge>();
  readonly #charsByTool = new Map<string, BoundObserver>();
  readonly #sentByMethod = new Map<string, BoundCounter>();
  readonly #receivedByMethod = new Map<string, BoundCounter>();

  constructor(metrics: Registerer) {
    this.#inFlight = metrics.gauge(MCP_REQUESTS_IN_FLIGHT);
    this.#sessions = metrics.gauge(MCP_SESSIONS_ACTIVE);
    this.#resultChars = metrics.histogram(MCP_TOOL_RESULT_CHARS);
    this.#notifications = metrics.counter(MCP_NOTIFICATIONS_TOTAL);
  }

  /** A request arrived. */
  requestBegan(method: string): void {
    this.#inFlightOf(method).inc();
  }

  /** A request was answered or given up. */
  requestEnded(method: string): void {
    this.#inFlightOf(method).dec();
  }

  /** A session of a server began. */
  sessionBegan(transport: string): void {
    this.#sessions.inc({ transport });
  }

  /** A session of a server ended. */
  sessionEnded(transport: string): void {
    this.#sessions.dec({ transport });
  }

  /** A notification went out or came in. */
  notified(direction: NotificationDirection, method: string): void {
    const byMethod = direction === 'sent' ? this.#sentByMethod : this.#receivedByMethod;
    childOf(byMethod, method, () => this.#notifications.labels({ direction, method })).inc();
  }

  /** A tool answered with so many characters of text. */
  toolAnswered(tool: string, chars: number): void {
    childOf(this.#charsByTool, tool, () => this.#resultChars.labels({ tool })).observe(chars);
  }

  #inFlightOf(method: string): BoundGauge {
    return childOf(this.#inFlightByMethod, method, () => this.#inFlight.labels({ method }));
  }
}

/** The child kept under a key, made the first time. */
function childOf<Child>(children: Map<string, Child>, key: string, create: () => Child): Child {
  let child = children.get(key);
  if (child === undefined) children.set(key, (child = create()));
  return child;
}
