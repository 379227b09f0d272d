/** One frame of the stream: what changed. Ids and values are columns of the same length. */
export interface DeltaFrame {
  /** Counts up by one. */
  readonly seq: number;
  /** When the values were read, in milliseconds since the epoch. */
  readonly t: number;
  /** Ids. */
  readonly i: readonly number[];
  /** Values; `null` for none. */
  readonly v: readonly (number | null)[];
}

/** The last frames, so that who missed some can have them as one. */
export class FrameRing {
  readonly #frames: DeltaFrame[] = [];
  readonly #capacity: number;

  /** @param capacity - Frames kept, above 0. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Adds the newest frame. */
  push(frame: DeltaFrame): void {
    this.#frames.push(frame);
    if (this.#frames.length > this.#capacity) this.#frames.shift();
  }

  /** Everything after a frame, as one frame with the newest value of each id; `undefined` when that is no longer known. */
  since(seq: number): DeltaFrame | undefined {
    const first = this.#frames[0];
    const last = this.#frames.at(-1);
    if (first === undefined || last === undefined || seq + 1 < first.seq || seq > last.seq) return undefined;
    const newest = new Map<number, number | null>();
    for (const frame of this.#frames) {
      if (frame.seq <= seq) continue;
      frame.i.forEach((id, at) => newest.set(id, frame.v[at] ?? null));
    }
    return { seq: last.seq, t: last.t, i: [...newest.keys()], v: [...newest.values()] };
  }
}
