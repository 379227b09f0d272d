import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import { RecentSamples } from '@bduf/metrics-core/primitives';
import type { RuleState } from '../evaluation/rule-state.ts';

const MINUTE_MS = 60_000;
/** Lengths of memories; longer ones are as long as the rule that needs them. */
const LENGTHS_MS: readonly number[] = [10 * MINUTE_MS, 60 * MINUTE_MS, 360 * MINUTE_MS];
/** Memories keep some more than rules look back, so that a value can be carried into their windows. */
const SPARE_MS = MINUTE_MS;

/**
 * What rules need to know of the past, where no history is there to ask: memories of a few lengths, each for the rules that look
 * back that far. So no metric is remembered for longer than a rule needs it, and a rule that comes later and looks back further
 * takes nothing from those that are there.
 */
export class RecentMemories {
  readonly #maxBytes: number;
  readonly #memories = new Map<number, RecentSamples>();

  /** @param maxBytes - Bytes at most of each of them. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The memory that a rule is answered from. */
  of(state: RuleState): RecentSamples {
    const lengthMs = lengthFor(state);
    let memory = this.#memories.get(lengthMs);
    if (memory === undefined) {
      memory = new RecentSamples({ retentionMs: lengthMs, maxBytes: this.#maxBytes });
      this.#memories.set(lengthMs, memory);
    }
    return memory;
  }

  /** Puts rules together that are answered from the same memory. */
  group(states: readonly RuleState[]): Iterable<readonly RuleState[]> {
    return this.#statesByMemory(states).values();
  }

  /** Remembers a read-out: in each memory what its rules are about. A memory that no rule needs any more goes. */
  append(states: readonly RuleState[], families: readonly MetricFamily[], atMs: number): void {
    const statesByMemory = this.#statesByMemory(states);
    for (const [lengthMs, memory] of this.#memories) {
      const together = statesByMemory.get(memory);
      if (together === undefined) {
        this.#memories.delete(lengthMs);
        continue;
      }
      const names = new Set(together.flatMap(({ metrics }) => metrics));
      memory.track(names);
      memory.append(
        families.filter(({ name }) => names.has(name)),
        atMs,
      );
    }
  }

  #statesByMemory(states: readonly RuleState[]): ReadonlyMap<RecentSamples, readonly RuleState[]> {
    const groups = new Map<RecentSamples, RuleState[]>();
    for (const state of states) {
      const memory = this.of(state);
      const group = groups.get(memory);
      if (group === undefined) groups.set(memory, [state]);
      else group.push(state);
    }
    return groups;
  }
}

function lengthFor({ reachMs }: RuleState): number {
  const neededMs = reachMs + SPARE_MS;
  return LENGTHS_MS.find((lengthMs) => lengthMs >= neededMs) ?? neededMs;
}
