import { createHash } from 'node:crypto';
import type { Clock, ClockTimer } from '@bduf/metrics-core/interfaces';
import type { MetricResources } from './metric-resources.ts';

/** What a watch needs. */
export interface ResourceWatchOptions {
  /** What is watched. */
  readonly resources: MetricResources;
  /** Source of time. */
  readonly clock: Clock;
  /** Shortest time between two looks, in milliseconds. */
  readonly intervalMs: number;
  /** Says that a resource changed. A rejection ends nothing. */
  readonly notify: (uri: string) => Promise<void>;
  /** Whether there is still somebody to tell; when not, the watch ends. */
  readonly isActive: () => boolean;
}

/**
 * Looks at resources at an interval and tells which have changed: so each is told of at most once an interval, however often
 * it changes. It looks only while it watches something, and holds no more of a resource than a hash.
 */
export class ResourceWatch {
  readonly #options: ResourceWatchOptions;
  readonly #versions = new Map<string, string>();
  #timer: ClockTimer | undefined;

  constructor(options: ResourceWatchOptions) {
    this.#options = options;
  }

  /** Number of resources that are watched. */
  get size(): number {
    return this.#versions.size;
  }

  /** Whether a resource is watched. */
  has(uri: string): boolean {
    return this.#versions.has(uri);
  }

  /** Watches a resource from its present state on. */
  async add(uri: string): Promise<void> {
    this.#versions.set(uri, await this.#versionOf(uri));
    this.#schedule();
  }

  /** Watches a resource no more. */
  remove(uri: string): void {
    this.#versions.delete(uri);
    if (this.#versions.size === 0) this.stop();
  }

  /** Ends the watch of all resources. */
  stop(): void {
    this.#versions.clear();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #schedule(): void {
    const { clock, intervalMs } = this.#options;
    this.#timer ??= clock.setTimer(intervalMs, () => {
      this.#timer = undefined;
      void this.#look();
    });
  }

  async #look(): Promise<void> {
    if (!this.#options.isActive()) return this.stop();
    await Promise.all([...this.#versions.keys()].map((uri) => this.#tellIfChanged(uri)));
    if (this.#versions.size > 0) this.#schedule();
  }

  async #tellIfChanged(uri: string): Promise<void> {
    const version = await this.#versionOf(uri);
    // It may have been removed meanwhile.
    if (!this.#versions.has(uri) || this.#versions.get(uri) === version) return;
    this.#versions.set(uri, version);
    // Whoever cannot be told is gone; the next look finds out.
    await this.#options.notify(uri).catch(() => undefined);
  }

  /** A source that fails is a state like any other: it is told of once, and again when it works. */
  async #versionOf(uri: string): Promise<string> {
    const text = await this.#options.resources.version(uri).catch(String);
    return createHash('sha256').update(text).digest('base64');
  }
}
