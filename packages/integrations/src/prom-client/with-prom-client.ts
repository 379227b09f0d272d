import process from 'node:process';
import {
  type Clock,
  type EncoderRegistry,
  type GatherOptions,
  type Gatherer,
  type MetricFamily,
  MetricsError,
} from '@bduf/metrics-core/interfaces';
import { systemClock } from '@bduf/metrics-core/primitives';
import { ImportedRegistry } from './imported-registry.ts';
import { mergedFamilies } from './merged-families.ts';
import type { PromClientRegistry } from './prom-client-metric.ts';

/** Options of {@link withPromClient}. */
export interface WithPromClientOptions {
  /** Told once of each metric that is left out and of a registry that cannot be read. Default: a process warning. */
  readonly onError?: (error: MetricsError) => void;
  /** Time. Default: the clock of the machine. */
  readonly clock?: Clock;
}

/**
 * A collector's metrics together with those of a registry of prom-client or `@prometheus-io/client`: what reads a collector,
 * such as `MetricsExporter`, reads both from it. So libraries that record with prom-client appear in every format and at
 * every monitoring system.
 *
 * A metric of the registry whose name the collector has is left out. When a callback of the registry fails, its metrics are
 * shown as they were last; so they are by `gatherSync`, since such registries can only be read asynchronously.
 *
 * @param collector - Kept; its own metrics and behaviour do not change.
 * @param registry - Kept; read at each read-out.
 */
export function withPromClient(
  collector: Gatherer & EncoderRegistry,
  registry: PromClientRegistry,
  options: WithPromClientOptions = {},
): Gatherer & EncoderRegistry {
  const { onError = warn, clock = systemClock } = options;
  return new CollectorWithRegistry(collector, new RegistryReader(registry, clock, once(onError)));
}

class CollectorWithRegistry implements Gatherer, EncoderRegistry {
  readonly #collector: Gatherer & EncoderRegistry;
  readonly #reader: RegistryReader;

  constructor(collector: Gatherer & EncoderRegistry, reader: RegistryReader) {
    this.#collector = collector;
    this.#reader = reader;
  }

  async gather(options: GatherOptions = {}): Promise<readonly MetricFamily[]> {
    const [own] = await Promise.all([this.#collector.gather(options), this.#reader.read(options.signal)]);
    return this.#merged(own, options);
  }

  gatherSync(options: GatherOptions = {}): readonly MetricFamily[] {
    void this.#reader.read();
    return this.#merged(this.#collector.gatherSync(options), options);
  }

  registerEncoder(encoder: Parameters<EncoderRegistry['registerEncoder']>[0]): void {
    this.#collector.registerEncoder(encoder);
  }

  #merged(own: readonly MetricFamily[], { names }: GatherOptions): readonly MetricFamily[] {
    const imported = this.#reader.families;
    const wanted = names === undefined ? imported : imported.filter(({ name }) => names.has(name));
    return mergedFamilies([own, wanted], (name) => this.#reader.reportDuplicate(name));
  }
}

/** Reads a registry, one read-out at a time, and keeps the last. */
class RegistryReader {
  readonly #registry: PromClientRegistry;
  readonly #clock: Clock;
  readonly #report: (problem: string, error: MetricsError) => void;
  readonly #imported = new ImportedRegistry();
  #reading: Promise<void> | undefined;
  families: readonly MetricFamily[] = [];

  constructor(registry: PromClientRegistry, clock: Clock, report: (problem: string, error: MetricsError) => void) {
    this.#registry = registry;
    this.#clock = clock;
    this.#report = report;
  }

  /** Resolves when a read-out is done, or when the wait for it is given up. Never rejects. */
  async read(signal?: AbortSignal): Promise<void> {
    this.#reading ??= this.#readNow().finally(() => (this.#reading = undefined));
    await (signal === undefined ? this.#reading : unlessAborted(this.#reading, signal));
  }

  reportDuplicate(name: string): void {
    const message = `The registry of prom-client has a metric "${name}", as the collector has. Only the collector's is shown; rename one of the two.`;
    this.#report(name, new MetricsError('METRICS_ERR_INTEGRATION_IMPORT_DUPLICATE', message));
  }

  async #readNow(): Promise<void> {
    try {
      this.families = this.#imported.update(await this.#registry.getMetricsAsJSON(), this.#clock.now());
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const message = `A registry of prom-client could not be read: ${reason}. Its metrics are shown as they were last.`;
      this.#report('', new MetricsError('METRICS_ERR_INTEGRATION_IMPORT_FAILED', message, { cause }));
    }
  }
}

/** Resolves with the work or when it is given up, whichever is first. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  let giveUp = (): void => undefined;
  const aborted = new Promise<void>((resolve) => (giveUp = resolve));
  signal.addEventListener('abort', giveUp, { once: true });
  await Promise.race([work, aborted]);
  signal.removeEventListener('abort', giveUp);
}

/** Tells each problem once. A callback of the application that throws must not break a read-out. */
function once(onError: (error: MetricsError) => void): (problem: string, error: MetricsError) => void {
  const told = new Set<string>();
  return (problem, error) => {
    if (told.has(problem)) return;
    told.add(problem);
    try {
      onError(error);
    } catch {
      // There is nobody left to tell.
    }
  };
}

function warn(error: MetricsError): void {
  process.emitWarning(error.message, { type: 'MetricsWarning', code: error.code });
}
