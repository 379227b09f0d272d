import { randomUUID } from 'node:crypto';
import { type Silence, type SilenceRequest, MetricsError, MetricsErrorCode } from '@bduf/metrics-core/interfaces';
import { type LabelsTest, compileMatchers } from '@bduf/metrics-core/primitives';
import type { StoredRecord } from '../state/alert-state-store.ts';
import type { StoredSilence } from './stored-group.ts';

/** Kind of the records of silences. */
export const SILENCE_KIND = 'notify_silence';

interface Kept {
  readonly silence: Silence;
  readonly matches: LabelsTest;
}

/** The silences that last or are to come. */
export class SilenceTable {
  readonly #kept = new Map<string, Kept>();
  readonly #maxSilences: number;

  /** @param maxSilences - How many there can be at a time. */
  constructor(maxSilences: number) {
    this.#maxSilences = maxSilences;
  }

  /**
   * Makes a silence of what was asked for.
   *
   * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` when it would mute everything, end before it starts or has ended,
   *   and when there are too many.
   */
  add(
    request: SilenceRequest,
    nowMs: number,
  ): { readonly silence: Silence; readonly records: readonly StoredRecord[] } {
    const records = this.#prune(nowMs);
    const silence: Silence = {
      id: randomUUID(),
      matchers: request.matchers.map(({ name, op, value }) => ({ name, op, value })),
      startsAt: request.startsAt ?? new Date(nowMs),
      endsAt: request.endsAt,
      createdBy: request.createdBy,
      comment: request.comment,
    };
    assertUseful(silence, nowMs);
    if (this.#kept.size >= this.#maxSilences) {
      throw invalid(`There are ${this.#kept.size} silences already. Let some of them expire first.`);
    }
    this.#keep(silence);
    return { silence, records: [...records, silenceRecord(silence)] };
  }

  /**
   * Ends a silence.
   *
   * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` when there is none of that id.
   */
  remove(id: string): StoredRecord {
    if (!this.#kept.delete(id)) throw invalid(`There is no silence ${JSON.stringify(id)}. It may have ended.`);
    return { kind: SILENCE_KIND, key: id, value: null };
  }

  /** Ids of the silences that mute these labels at a moment. */
  silencesOf(labels: Readonly<Record<string, string>>, atMs: number): readonly string[] {
    if (this.#kept.size === 0) return [];
    const ids: string[] = [];
    for (const { silence, matches } of this.#kept.values()) {
      if (silence.startsAt.getTime() <= atMs && atMs < silence.endsAt.getTime() && matches(labels))
        ids.push(silence.id);
    }
    return ids;
  }

  /** Those that last or are to come, in the order in which they were made. */
  list(nowMs: number): readonly Silence[] {
    return Array.from(this.#kept.values(), ({ silence }) => silence).filter(({ endsAt }) => endsAt.getTime() > nowMs);
  }

  /** Takes over one of an earlier process. */
  restore({ startsAtMs, endsAtMs, ...same }: StoredSilence): void {
    this.#keep({ ...same, startsAt: new Date(startsAtMs), endsAt: new Date(endsAtMs) });
  }

  /** Forgets those that have ended. */
  #prune(nowMs: number): readonly StoredRecord[] {
    const records: StoredRecord[] = [];
    for (const [id, { silence }] of this.#kept) {
      if (silence.endsAt.getTime() > nowMs) continue;
      this.#kept.delete(id);
      records.push({ kind: SILENCE_KIND, key: id, value: null });
    }
    return records;
  }

  #keep(silence: Silence): void {
    this.#kept.set(silence.id, { silence, matches: compileMatchers(silence.matchers) });
  }
}

function silenceRecord({ startsAt, endsAt, ...same }: Silence): StoredRecord {
  const value: StoredSilence = {
    ...same,
    startsAtMs: startsAt.getTime(),
    endsAtMs: endsAt.getTime(),
  };
  return { kind: SILENCE_KIND, key: same.id, value };
}

function assertUseful({ matchers, startsAt, endsAt }: Silence, nowMs: number): void {
  // As in Alertmanager: a matcher that accepts a missing label selects nothing.
  if (matchers.every((matcher) => compileMatchers([matcher])({}))) {
    throw invalid('A silence needs a matcher that does not match the empty string. Name a label and a value for it.');
  }
  const [startMs, endMs] = [startsAt.getTime(), endsAt.getTime()];
  if (!(startMs < endMs && endMs > nowMs)) {
    throw invalid(
      `A silence from ${textOf(startMs)} to ${textOf(endMs)} never lasts. Let it end in the future, after its start.`,
    );
  }
}

function textOf(ms: number): string {
  return Number.isNaN(ms) ? 'an invalid date' : new Date(ms).toISOString();
}

function invalid(message: string): MetricsError {
  return new MetricsError(MetricsErrorCode.ARGUMENT_INVALID, message);
}
