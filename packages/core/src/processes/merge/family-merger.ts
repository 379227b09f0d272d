import { sampleNames } from '../../definition/metric-names.ts';
import type { SourceFamily } from '../../metrics/source-family.ts';
import { familyShape } from './family-shape.ts';
import { MergedFamily } from './merged-family.ts';

/** The read-out of one worker, or of the collector itself. */
export interface SourceReading {
  /** Which worker; {@link OWN_SOURCE} for the collector itself. */
  readonly source: string;
  readonly families: readonly SourceFamily[];
}

/** The source of the collector that merges: its definitions count where workers disagree. */
export const OWN_SOURCE = '';

/** Options of a {@link FamilyMerger}. */
export interface FamilyMergerOptions {
  /** Wall clock, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Told once for each worker and metric whose definition does not fit; its series are left out. */
  readonly onConflict: (source: string, metric: string, difference: string) => void;
}

/**
 * Merges the families of several workers by name. Families that only the collector itself has pass through untouched.
 */
export class FamilyMerger {
  readonly #options: FamilyMergerOptions;
  readonly #merged = new Map<string, MergedFamily>();
  /** By identity of the family. */
  readonly #shapes = new WeakMap<object, string>();
  /** Conflicts that were reported, by worker. */
  readonly #reported = new Map<string, Set<string>>();

  constructor(options: FamilyMergerOptions) {
    this.#options = options;
  }

  /**
   * One family for each name, by name.
   *
   * @param readings - The read-outs of the collector itself, which comes first, and of all living workers.
   * @param names - The names that were read; `undefined` for all. Others keep their state.
   * @param withWindows - Whether the result is going to be merged again.
   */
  merge(
    readings: readonly SourceReading[],
    names: ReadonlySet<string> | undefined,
    withWindows: boolean,
  ): readonly SourceFamily[] {
    const inputs = this.#accepted(readings);
    for (const name of this.#merged.keys()) {
      if ((names === undefined || names.has(name)) && !inputs.has(name)) inputs.set(name, new Map());
    }
    const byName = [...inputs].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return byName.flatMap(([name, sources]) => this.#mergeOne(name, sources, withWindows) ?? []);
  }

  /**
   * A worker exited: keeps what it counted, by its last read-out.
   *
   * @param own - What the collector itself has, with or without series. A worker may exit before anybody reads, so that this
   * is the first that is heard of a metric.
   */
  keep(reading: SourceReading, own: readonly SourceFamily[]): void {
    const { source } = reading;
    const accepted = this.#accepted([{ source: OWN_SOURCE, families: own }, reading]);
    for (const [name, sources] of accepted) {
      const input = sources.get(source);
      if (input === undefined) continue;
      const merged = this.#merged.get(name) ?? this.#start(sources.get(OWN_SOURCE) ?? input);
      merged.update(source, input);
    }
    for (const [name, merged] of this.#merged) {
      merged.keep(source);
      if (merged.isEmpty) this.#merged.delete(name);
    }
    this.#reported.delete(source);
  }

  /** What is merged, without series. */
  describe(): readonly SourceFamily[] {
    return Array.from(this.#merged.values(), ({ head }) => head);
  }

  /**
   * Ends what is kept of workers that exited.
   *
   * @param name - Name of the metric.
   * @param labels - Some or all labels of the series.
   * @returns How many series ended.
   */
  forget(name: string, labels: Readonly<Record<string, string>>): number {
    return this.#merged.get(name)?.forget(labels) ?? 0;
  }

  #mergeOne(name: string, sources: ReadonlyMap<string, SourceFamily>, withWindows: boolean): SourceFamily | undefined {
    const [first] = sources.values();
    let merged = this.#merged.get(name);
    if (merged === undefined) {
      const isOwnOnly = sources.size === 1 && sources.has(OWN_SOURCE);
      if (first === undefined || isOwnOnly) return first;
      merged = this.#start(first);
    }
    for (const source of merged.sources) if (!sources.has(source)) merged.drop(source);
    for (const [source, input] of sources) merged.update(source, input);
    if (!merged.isEmpty) return merged.read(withWindows);
    this.#merged.delete(name);
    return undefined;
  }

  #start(first: SourceFamily): MergedFamily {
    const merged = new MergedFamily(first, this.#shapeOf(first), this.#options.now);
    this.#merged.set(first.family.name, merged);
    return merged;
  }

  /** Read-outs by name and worker, without those that do not fit what was there before them. */
  #accepted(readings: readonly SourceReading[]): Map<string, Map<string, SourceFamily>> {
    const accepted = new Map<string, Map<string, SourceFamily>>();
    const owners = new Map<string, string>();
    for (const { source, families } of readings) {
      for (const input of families) {
        const { name, type } = input.family;
        const samples = type === 'unknown' ? [name] : sampleNames(name, type);
        const sources = accepted.get(name) ?? new Map<string, SourceFamily>();
        if (!this.#fitsShape(source, input, sources) || !this.#fitsOwners(source, name, samples, owners)) continue;
        for (const sample of samples) owners.set(sample, name);
        accepted.set(name, sources.set(source, input));
      }
    }
    return accepted;
  }

  #fitsShape(source: string, input: SourceFamily, others: ReadonlyMap<string, SourceFamily>): boolean {
    const { name } = input.family;
    const shape = this.#shapeOf(input);
    const merged = this.#merged.get(name);
    // The collector's own definition replaces what was merged from workers under another one.
    if (source === OWN_SOURCE && merged !== undefined && merged.shape !== shape) this.#merged.delete(name);
    const [first] = others.values();
    const expected = first === undefined ? this.#merged.get(name)?.shape : this.#shapeOf(first);
    if (expected === undefined || expected === shape) return true;
    this.#report(source, name, `its shape is (${shape}), elsewhere (${expected})`);
    return false;
  }

  #fitsOwners(source: string, name: string, samples: readonly string[], owners: ReadonlyMap<string, string>): boolean {
    const taken = samples.find((sample) => (owners.get(sample) ?? name) !== name);
    if (taken === undefined) return true;
    this.#report(source, name, `it exposes samples named ${taken}, as ${owners.get(taken) ?? ''} does elsewhere`);
    return false;
  }

  #report(source: string, name: string, difference: string): void {
    const reported = this.#reported.get(source) ?? new Set<string>();
    if (reported.has(name)) return;
    this.#reported.set(source, reported.add(name));
    this.#options.onConflict(source, name, difference);
  }

  #shapeOf(input: SourceFamily): string {
    const { identity } = input.family;
    let shape = this.#shapes.get(identity);
    if (shape === undefined) {
      shape = familyShape(input);
      this.#shapes.set(identity, shape);
    }
    return shape;
  }
}
