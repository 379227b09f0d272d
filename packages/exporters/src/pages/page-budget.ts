/** Something that holds pages and can do without. */
export interface PageHolder {
  /** Drops all pages; the budget has already taken their bytes back. */
  dropPages(): void;
}

interface Account {
  bytes: number;
  lastUsedMs: number;
}

/** What a page cache holds and has done. */
export interface PageCacheStatistics {
  /** Bytes held. */
  readonly bytes: number;
  /** Metrics whose pages were dropped because no document showed them for a while. */
  readonly evictions: number;
  /** Pages that were not kept because the budget was used up. */
  readonly refusals: number;
}

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
/** How long pages that no document shows are kept. Longer than scrapes are apart. */
const IDLE_MS = 10 * 60_000;

/**
 * Bounds the memory of rendered pages.
 *
 * Every scrape reads all pages in order. If a page that was used longest ago made room for the next one, a registry
 * slightly larger than the budget would always drop the page that is needed soonest. So a page stays as long as
 * documents show it, what does not fit is rendered each time, and only what no document has shown for ten minutes makes
 * room, the longest unused first. Rendered label values, which all pages of a metric share, count too; they are needed
 * to render anything and never refused.
 */
export class PageBudget {
  readonly #maxBytes: number;
  /** In order of use, the longest unused first. */
  readonly #accounts = new Map<PageHolder, Account>();
  #bytes = 0;
  #evictions = 0;
  #refusals = 0;

  /** @param maxBytes - Most bytes of all pages; 0 for no pages. Default 64 MiB, about half a million series. */
  constructor(maxBytes: number = DEFAULT_MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** What is held and what was done. */
  get statistics(): PageCacheStatistics {
    return { bytes: this.#bytes, evictions: this.#evictions, refusals: this.#refusals };
  }

  /** Says that a document shows the holder's pages, and drops those of holders that none has shown for a while. */
  use(holder: PageHolder, nowMs: number): void {
    const account = this.#accounts.get(holder) ?? { bytes: 0, lastUsedMs: nowMs };
    account.lastUsedMs = nowMs;
    // Taking it out first moves it to the end.
    this.#accounts.delete(holder);
    this.#accounts.set(holder, account);
    for (const [other, { lastUsedMs }] of this.#accounts) {
      if (nowMs - lastUsedMs < IDLE_MS) break;
      this.#evictions++;
      this.release(other);
      other.dropPages();
    }
  }

  /** Whether that many more bytes may be kept; a refusal is counted. */
  hasRoom(bytes: number): boolean {
    const hasRoom = this.#bytes + bytes <= this.#maxBytes;
    if (!hasRoom) this.#refusals++;
    return hasRoom;
  }

  /** Says that pages were kept, have grown or are gone. */
  adjust(holder: PageHolder, bytes: number): void {
    const account = this.#accounts.get(holder);
    if (account === undefined) return;
    account.bytes += bytes;
    this.#bytes += bytes;
  }

  /** Takes all bytes of a holder back and forgets it. */
  release(holder: PageHolder): void {
    this.#bytes -= this.#accounts.get(holder)?.bytes ?? 0;
    this.#accounts.delete(holder);
  }
}
