import type { MetricBase } from '../../metrics/metric-base.ts';
import { headOf } from '../metric-head.ts';
import { LogKind } from './log-format.ts';
import { LogWriter } from './log-writer.ts';
import { SharedArena } from './shared-arena.ts';
import { type JournalSlab, SharedMetricJournal } from './shared-metric-journal.ts';
import { CONTROL_CELLS, ControlCell, type SlabId, type WorkerMessage } from './thread-messages.ts';

/** Log buffers that may wait for a reader whose thread is busy; 64 KiB each. */
const MOST_UNREAD_LOGS = 64;

/** Options of a {@link SlabWriter}. */
export interface SlabWriterOptions {
  readonly id: SlabId;
  readonly parentId: number | undefined;
  /** Bytes of numbers beyond which no further series begin. */
  readonly maxBytes: number;
  readonly post: (message: WorkerMessage) => void;
}

/**
 * The numbers of one thread in shared memory, and a log that tells what they mean. This thread alone writes them, with plain
 * stores; the main thread reads them whenever it likes.
 */
export class SlabWriter implements JournalSlab {
  readonly arena: SharedArena;
  readonly log: LogWriter;
  readonly #control: Int32Array;
  readonly #metrics = new Map<MetricBase, number>();
  #metricCount = 0;

  constructor({ id, parentId, maxBytes, post }: SlabWriterOptions) {
    const control = new SharedArrayBuffer(CONTROL_CELLS * Int32Array.BYTES_PER_ELEMENT);
    this.#control = new Int32Array(control);
    post({ ...id, kind: 'hello', parentId, control });
    this.arena = new SharedArena(maxBytes, (buffer, index) => post({ ...id, kind: 'memory', index, buffer }));
    this.log = new LogWriter((buffer, index) => post({ ...id, kind: 'log', index, buffer }));
  }

  get isFull(): boolean {
    if (this.arena.isFull) return true;
    if (Atomics.load(this.#control, ControlCell.IS_READ) === 0) return false;
    return this.log.bufferCount - Atomics.load(this.#control, ControlCell.LOGS_READ) > MOST_UNREAD_LOGS;
  }

  /**
   * Publishes a metric and moves its numbers into the slab, where they stay.
   *
   * @param isExempt - Whether its series may begin also when the slab is full.
   */
  add(metric: MetricBase, isExempt: boolean): void {
    const number = this.#metricCount++;
    this.#metrics.set(metric, number);
    const head = { ...headOf(metric.describeSource()), width: metric.storedWidth };
    this.log.append(LogKind.METRIC, [number], [], JSON.stringify(head));
    metric.share(new SharedMetricJournal(this, number, isExempt));
  }

  /** Publishes that a metric was unregistered. */
  remove(metric: MetricBase): void {
    const number = this.#metrics.get(metric);
    this.#metrics.delete(metric);
    if (number !== undefined) this.log.append(LogKind.METRIC_GONE, [number]);
  }

  placeOf(array: Float64Array): readonly number[] {
    const { memory, byteOffset, length } = this.arena.placeOf(array);
    return [memory, byteOffset, length];
  }

  noteMove(): void {
    Atomics.add(this.#control, ControlCell.SEQUENCE, 2);
  }

  whileClearing(clear: () => void): void {
    Atomics.add(this.#control, ControlCell.SEQUENCE, 1);
    clear();
    Atomics.add(this.#control, ControlCell.SEQUENCE, 1);
  }
}
