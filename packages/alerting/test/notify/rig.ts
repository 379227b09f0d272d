import type {
  DeliveryResult,
  LabelMatcher,
  Notification,
  NotificationChannel,
  NotificationService,
  Severity,
} from '@bduf/metrics-core/interfaces';
import { ManualClock } from '@bduf/metrics-core/primitives';
import type { AlertNotifier, NotifierAlert, NotifierEvent } from '../../src/notify/alert-notifier.ts';
import { type AlertNotifierOptions, createAlertNotifier } from '../../src/notify/create-alert-notifier.ts';
import { MemoryAlertStateStore, type StoredRecord } from '../../src/state/alert-state-store.ts';

type Answer = DeliveryResult | Promise<DeliveryResult> | Error;

/** A service that does what the test says and remembers what it was asked. */
export class ScriptedService implements NotificationService {
  readonly sent: Notification[] = [];
  readonly signals: AbortSignal[] = [];
  isClosed = false;
  /** What becomes of an attempt. */
  answer: (notification: Notification) => Answer = () => ({ status: 'delivered' });

  async send(notification: Notification, options?: { readonly signal?: AbortSignal }): Promise<DeliveryResult> {
    this.sent.push(notification);
    if (options?.signal !== undefined) this.signals.push(options.signal);
    const answer = this.answer(notification);
    if (answer instanceof Error) throw answer;
    return answer;
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  /** Everything sent so far, as short texts; forgets it. */
  take(): readonly string[] {
    return this.sent.splice(0).map(summaryOf);
  }
}

/** `channel reason status: +name(of firing) -name(of resolved)`. */
export function summaryOf({ channel, reason, alerts }: Notification): string {
  const names = alerts.map(({ status, labels }) => `${status === 'firing' ? '+' : '-'}${labels['instance'] ?? ''}`);
  return `${channel} ${reason}: ${names.join(' ')}`;
}

/** Lets everything run that waits for nothing but its turn. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export interface AlertSpec {
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly severity?: Severity;
  readonly channels?: readonly NotificationChannel[];
  readonly value?: number;
}

/** A notifier in a world of its own: clock, service, store. Alerts are named by their label `instance`. */
export class Rig {
  readonly clock: ManualClock;
  readonly service: ScriptedService = new ScriptedService();
  readonly store: MemoryAlertStateStore;
  readonly events: NotifierEvent[] = [];
  readonly errors: Error[] = [];
  notifier: AlertNotifier;
  #options: Partial<AlertNotifierOptions>;
  readonly #alerts = new Map<string, NotifierAlert>();
  #version = 0;
  #life = { isOver: false };

  constructor(options: Partial<AlertNotifierOptions> = {}) {
    this.clock = (options.clock as ManualClock | undefined) ?? new ManualClock();
    this.store = new MemoryAlertStateStore();
    this.#options = options;
    this.notifier = this.#create();
    this.notifier.start();
  }

  #create(): AlertNotifier {
    const { clock } = this;
    const life = { isOver: false };
    this.#life = life;
    return createAlertNotifier({
      service: this.service,
      append: async (records) => this.store.append(records),
      onEvent: (event) => this.events.push(event),
      onError: (error) => this.errors.push(error),
      random: () => 0.5,
      ...this.#options,
      clock: {
        now: () => clock.now(),
        monotonicMs: () => clock.monotonicMs(),
        setTimer: (delayMs, fn) => clock.setTimer(delayMs, () => life.isOver || fn()),
      },
    });
  }

  /** From the next restart on. */
  configure(options: Partial<AlertNotifierOptions>): void {
    this.#options = { ...this.#options, ...options };
  }

  /** As after kill -9: another notifier with what the store has; alerts go on as they are. */
  async restart(beforeUpdate: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    this.#life.isOver = true;
    this.notifier = this.#create();
    this.notifier.restore(await this.store.load());
    await beforeUpdate();
    await this.update();
    this.notifier.start();
    await turns();
  }

  fire(
    instance: string,
    { name = 'Down', labels = {}, severity = 'warning', channels = ['ops'], value = 1 }: AlertSpec = {},
  ): void {
    const before = this.#alerts.get(instance);
    const at = new Date(this.clock.now());
    this.#alerts.set(instance, {
      id: `id-${instance}`,
      ruleName: name,
      status: 'firing',
      severity,
      labels: { alertname: name, instance, ...labels },
      annotations: { summary: `${instance} is down` },
      value,
      threshold: 0,
      activeAt: before?.status === 'firing' ? before.activeAt : at,
      firedAt: before?.status === 'firing' ? before.firedAt : at,
      channels,
      version: (this.#version += 1),
    });
  }

  resolve(instance: string): void {
    const alert = this.#alerts.get(instance);
    if (alert === undefined) throw new Error(`${instance} never fired`);
    const resolvedAt = new Date(this.clock.now());
    this.#alerts.set(instance, { ...alert, status: 'resolved', resolvedAt, version: (this.#version += 1) });
  }

  /** Makes an alert vanish, as that of a rule that was removed. */
  forget(instance: string): void {
    this.#alerts.delete(instance);
  }

  async update(): Promise<readonly StoredRecord[]> {
    const records = this.notifier.update([...this.#alerts.values()], this.clock.now());
    await this.store.append(records);
    await turns();
    return records;
  }

  /** Lets time pass, in steps that are small beside all intervals, and everything run that falls due. */
  async pass(ms: number, stepMs = 500): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      this.clock.advance(Math.min(stepMs, left));
      await turns();
    }
  }

  async fired(...instances: string[]): Promise<void> {
    for (const instance of instances) this.fire(instance);
    await this.update();
  }

  async resolved(...instances: string[]): Promise<void> {
    for (const instance of instances) this.resolve(instance);
    await this.update();
  }

  async silence(matchers: readonly LabelMatcher[], forMs: number): Promise<string> {
    const endsAt = new Date(this.clock.now() + forMs);
    const { id } = await this.notifier.silence({ matchers, endsAt, createdBy: 'tester', comment: 'maintenance' });
    return id;
  }
}

/** Matches the label `instance`. */
export function instanceIs(value: string): LabelMatcher {
  return { name: 'instance', op: '=', value };
}
