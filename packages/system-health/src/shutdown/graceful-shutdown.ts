import process from 'node:process';
import type { Clock } from '@bduf/metrics-core/interfaces';
import { systemClock } from '@bduf/metrics-core/primitives';
import type { SystemHealthMonitor } from '../monitor/system-health-monitor.ts';

/** Options of a {@link GracefulShutdown}. */
export interface GracefulShutdownOptions {
  /** Milliseconds between the first failing readiness and the first hook, for load balancers to notice. Default 5 000. */
  readonly drainMs?: number;
  /** Milliseconds that all hooks together may take. Default 10 000. */
  readonly deadlineMs?: number;
  /** What to close, in order: the server first, then what it uses. */
  readonly hooks: readonly (() => unknown)[];
  /** Told what a hook threw. Default: a process warning. */
  readonly onError?: (error: unknown) => void;
  /** Ends the process. Default `process.exit`. */
  readonly exit?: (code: number) => void;
  /** Source of time. Default: the machine's. */
  readonly clock?: Clock;
}

/**
 * Ends a process so that nobody notices: readiness fails first, requests go elsewhere during the drain time, then hooks run in
 * order, each even if one before it failed. The exit code is 0, or 1 when a hook failed or the deadline passed.
 */
export class GracefulShutdown {
  readonly #monitor: SystemHealthMonitor;
  readonly #options: GracefulShutdownOptions;
  readonly #clock: Clock;
  readonly #onSignal = (): void => void this.run();
  #run: Promise<number> | undefined;

  constructor(monitor: SystemHealthMonitor, options: GracefulShutdownOptions) {
    this.#monitor = monitor;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Runs on `SIGTERM` and `SIGINT` from now on. */
  listen(): void {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, this.#onSignal);
  }

  /** Takes `listen()` back. */
  [Symbol.dispose](): void {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, this.#onSignal);
  }

  /** Runs once, however often it is called. Resolves to the exit code, after `exit` was called with it. */
  run(): Promise<number> {
    this.#run ??= this.#shutDown();
    return this.#run;
  }

  async #shutDown(): Promise<number> {
    this.#monitor.beginDraining();
    // Timers of the clock do not keep the process alive, which must not end while it drains.
    const alive = setInterval(() => undefined, 60_000);
    await this.#wait(this.#options.drainMs ?? 5_000).over;
    const deadline = this.#wait(this.#options.deadlineMs ?? 10_000);
    const code = await Promise.race([this.#runHooks(), deadline.over.then(() => 1)]);
    deadline.cancel();
    clearInterval(alive);
    const exit = this.#options.exit ?? ((exitCode: number) => process.exit(exitCode));
    exit(code);
    return code;
  }

  async #runHooks(): Promise<number> {
    let code = 0;
    for (const hook of this.#options.hooks) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- A hook may use what later ones close.
        await hook();
      } catch (error) {
        code = 1;
        (this.#options.onError ?? warn)(error);
      }
    }
    return code;
  }

  #wait(ms: number): { readonly over: Promise<void>; readonly cancel: () => void } {
    let end: () => void = () => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    const timer = this.#clock.setTimer(ms, end);
    return { over, cancel: () => timer.cancel() };
  }
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
