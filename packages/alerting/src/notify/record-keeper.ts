import type { Clock } from '@bduf/metrics-core/interfaces';
import type { StoredRecord } from '../state/alert-state-store.ts';
import { failureText } from './failure-text.ts';

/** What a keeper needs of the world. */
export interface KeeperParts {
  readonly append: (records: readonly StoredRecord[]) => Promise<void>;
  readonly clock: Clock;
  readonly onError: (error: Error) => void;
}

/** A disk that takes longer than this must not keep an alert from people. */
const MOST_PATIENCE_MS = 5000;

/** Keeps records for deliveries, which go on whatever the store does, and for people, who want to know. */
export class RecordKeeper {
  readonly #parts: KeeperParts;
  readonly #underWay = new Set<Promise<void>>();
  #isFailing = false;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /** Keeps records. Resolves when they are kept, or cannot be; after the first failure in a row the error is told. */
  readonly keep = async (records: readonly StoredRecord[]): Promise<void> => {
    if (records.length === 0) return;
    let cancel: () => void = () => undefined;
    const patience = new Promise<never>((_, reject) => {
      const error = new Error(`the store took longer than ${MOST_PATIENCE_MS} ms`);
      const timer = this.#parts.clock.setTimer(MOST_PATIENCE_MS, () => reject(error));
      cancel = () => timer.cancel();
    });
    try {
      await Promise.race([this.insist(records), patience]);
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) {
        this.#parts.onError(
          new Error(`The state of notifications is not kept: ${failureText(error)}`, { cause: error }),
        );
      }
      this.#isFailing = true;
    } finally {
      cancel();
    }
  };

  /** Keeps records. Rejects when they cannot be kept. */
  async insist(records: readonly StoredRecord[]): Promise<void> {
    if (records.length === 0) return;
    const kept = this.#parts.append(records);
    this.#underWay.add(kept);
    try {
      await kept;
    } finally {
      this.#underWay.delete(kept);
    }
  }

  /** Resolves when nothing is being kept any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }
}
