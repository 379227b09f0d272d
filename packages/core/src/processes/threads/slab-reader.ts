import type { SourceFamily } from '../../metrics/source-family.ts';
import type { MetricHead } from '../metric-head.ts';
import { type LogEntry, LogReader } from './log-reader.ts';
import { LogKind } from './log-format.ts';
import { copyNumbers, type SlabCopy, slabFamily } from './slab-family.ts';
import { SlabMetric } from './slab-metric.ts';
import { type BufferMessage, ControlCell, type HelloMessage } from './thread-messages.ts';

/** Read-outs that are begun again because numbers were moved or cleared meanwhile; then one is taken as it is. */
const MOST_ATTEMPTS = 8;

/** Reads the slab of another thread, at any moment, without its help. */
export class SlabReader {
  readonly hello: HelloMessage;
  readonly #control: Int32Array;
  readonly #log = new LogReader();
  readonly #memory: SharedArrayBuffer[] = [];
  readonly #metrics = new Map<number, SlabMetric>();
  readonly #pull: () => void;
  readonly #now: () => number;
  /** The row that was hidden by the last entry of the log, if that is what it says. */
  #lastHidden: { readonly metric: SlabMetric; readonly row: number } | undefined;

  /**
   * @param hello - What the thread posted first.
   * @param pull - Takes in what the thread has posted since.
   * @param now - Wall clock of this thread.
   */
  constructor(hello: HelloMessage, pull: () => void, now: () => number) {
    this.hello = hello;
    this.#control = new Int32Array(hello.control);
    this.#pull = pull;
    this.#now = now;
    Atomics.store(this.#control, ControlCell.IS_READ, 1);
  }

  /** Takes a buffer that the thread posted. */
  add({ kind, buffer }: BufferMessage): void {
    if (kind === 'memory') this.#memory.push(buffer);
    else this.#log.add(buffer);
  }

  /** Reads what the log tells, so that its buffers can go. */
  drain(): void {
    this.#log.drain((entry) => this.#take(entry), this.#pull);
    Atomics.store(this.#control, ControlCell.LOGS_READ, this.#log.readBuffers);
  }

  /** The metrics of some names, or all, as they are now. */
  read(names: ReadonlySet<string> | undefined): readonly SourceFamily[] {
    let copies: readonly SlabCopy[] = [];
    let sequence = 0;
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      sequence = this.#sequence();
      this.drain();
      const wanted = [...this.#metrics.values()].filter(({ head }) => names === undefined || names.has(head.name));
      copies = wanted.map((metric) => copyNumbers(metric));
      if (this.#sequence() === sequence) break;
    }
    // Odd: the thread stopped while it was clearing numbers. If the log already tells of it, they count as cleared.
    const cleared = sequence % 2 === 0 ? undefined : this.#lastHidden;
    return copies.map((copy) => {
      const { metric, numbers } = copy;
      metric.showTouched(numbers, (row) => cleared?.metric === metric && cleared.row === row);
      return slabFamily(copy, this.#now());
    });
  }

  /** A read-modify-write, so that no earlier or later read of numbers can pass it. */
  #sequence(): number {
    return Atomics.add(this.#control, ControlCell.SEQUENCE, 0);
  }

  #take({ kind, ints, doubles, text }: LogEntry): void {
    const [number = 0, first = 0, second = 0] = ints;
    // Only `SlabWriter` writes this text.
    if (kind === LogKind.METRIC) this.#metrics.set(number, new SlabMetric(JSON.parse(text) as MetricHead, this.#now));
    if (kind === LogKind.METRIC_GONE) this.#metrics.delete(number);
    const metric = this.#metrics.get(number);
    this.#lastHidden = undefined;
    if (metric === undefined) return;
    const [double = 0] = doubles;
    switch (kind) {
      case LogKind.CHUNK:
        metric.chunks[first] = this.#view(ints, 2);
        break;
      case LogKind.VALUE:
        metric.valueInterned(first, second, text);
        break;
      case LogKind.ROW:
        metric.rowStarted(first, ints.slice(2), double);
        break;
      case LogKind.HIDDEN:
        metric.rowHidden(first);
        this.#lastHidden = { metric, row: first };
        break;
      case LogKind.SHOWN:
        metric.rowShown(first, double);
        break;
      case LogKind.SKETCH:
        (metric.sketches[first] ??= [])[second] = {
          schema: ints[3] ?? 0,
          zeros: this.#view(ints, 4),
          positive: { counts: this.#view(ints, 7), base: ints[10] ?? 0 },
          negative: { counts: this.#view(ints, 11), base: ints[14] ?? 0 },
        };
        break;
      case LogKind.SLICES:
        metric.slices[first] = { heldSlices: this.#view(ints, 2), firstEndMs: double };
        break;
      case LogKind.METRIC:
      case LogKind.METRIC_GONE:
      default:
    }
  }

  /** The array whose place is at a position of the integers. */
  #view(ints: Int32Array, at: number): Float64Array {
    const [memory = 0, byteOffset = 0, length = 0] = ints.subarray(at, at + 3);
    if (length === 0) return new Float64Array(0);
    if (this.#memory[memory] === undefined) this.#pull();
    const buffer = this.#memory[memory];
    // Posted before the entry; without it, as after a reader came late, the metric shows nothing.
    return buffer === undefined ? new Float64Array(0) : new Float64Array(buffer, byteOffset, length);
  }
}
