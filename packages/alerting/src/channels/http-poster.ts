import { Buffer } from 'node:buffer';
import type { Clock, DeliveryResult } from '@bduf/metrics-core/interfaces';
import { MetricsError, MetricsErrorCode } from '@bduf/metrics-core/interfaces';
import { parseRetryAfter, systemClock } from '@bduf/metrics-core/primitives';
import { failureText, withoutAddresses, withoutSecrets } from '../notify/failure-text.ts';

/** Makes HTTP requests, as the global `fetch`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What all channels over HTTP can be given. */
export interface HttpChannelOptions {
  /** Makes the requests. Default: the global `fetch`. */
  readonly fetch?: Fetch;
  /** Reads dates in `Retry-After` against it. Default: the clock of the machine. */
  readonly clock?: Clock;
}

/** A JSON body on its way. */
export interface JsonPost {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly signal: AbortSignal;
}

/** As much of an error as anybody reads. */
const MOST_TEXT_BYTES = 2048;
const MOST_TEXT_LENGTH = 200;
/** A receiver that sends its status and then dawdles has said what matters. */
const TEXT_PATIENCE_MS = 250;
/** Client errors that pass: request timeout, too early, too many requests. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);

/** Posts JSON and judges the answers. What it says of failures contains no address beyond the host, and no secret. */
export class HttpPoster {
  readonly #fetch: Fetch;
  readonly #clock: Clock;
  readonly #secrets: readonly string[];

  /** @param secrets - Texts that must not appear anywhere, should a receiver echo them. */
  constructor({ fetch, clock = systemClock }: HttpChannelOptions, secrets: readonly string[] = []) {
    // Looked up with each request, so that one that is replaced later is used, too.
    this.#fetch = fetch ?? (async (url, init) => globalThis.fetch(url, init));
    this.#clock = clock;
    this.#secrets = secrets;
  }

  /** Attempts once. Never rejects. */
  async post({ url, headers, body, signal }: JsonPost): Promise<DeliveryResult> {
    try {
      const response = await this.#fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': 'bduf-metrics-alerting', ...headers },
        body: JSON.stringify(body),
        // What is told, and credentials, must not go to another address.
        redirect: 'manual',
        signal,
      });
      return await this.#judge(response);
    } catch (error) {
      return { status: 'retry', error: this.#redacted(failureText(error)) };
    }
  }

  async #judge(response: Response): Promise<DeliveryResult> {
    const { status, headers } = response;
    if (status >= 200 && status < 300) {
      // The status says that it was taken; waiting for the rest could only turn that into a doubt.
      response.body?.cancel().catch(() => undefined);
      return { status: 'delivered' };
    }
    const error = await this.#errorOf(response);
    if (status < 500 && !PASSING_STATUSES.has(status)) return { status: 'permanent', error };
    const retryAfterMs = parseRetryAfter(headers.get('retry-after'), this.#clock.now());
    return { status: 'retry', error, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }

  async #errorOf(response: Response): Promise<string> {
    const { status } = response;
    if (status >= 300 && status < 400) {
      response.body?.cancel().catch(() => undefined);
      return `answered ${status}: redirects are not followed, configure the address that it leads to`;
    }
    const text = this.#redacted(withoutAddresses(await this.#beginningOf(response)));
    return `answered ${status} ${text.slice(0, MOST_TEXT_LENGTH).trim()}`.trim();
  }

  /** The beginning of an answer's text; less of it when it comes slowly, nothing when it cannot be read. */
  async #beginningOf({ body }: Response): Promise<string> {
    if (body === null) return '';
    // Bodies of answers consist of bytes; the types leave it open.
    const reader = body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    const pieces: Uint8Array[] = [];
    const timer = this.#clock.setTimer(TEXT_PATIENCE_MS, () => void reader.cancel().catch(() => undefined));
    try {
      for (let bytes = 0; bytes < MOST_TEXT_BYTES;) {
        // Pieces come one after another.
        // oxlint-disable-next-line no-await-in-loop
        const { done, value } = await reader.read();
        if (done) break;
        pieces.push(value);
        bytes += value.byteLength;
      }
    } catch {
      // The status has been seen, and that counts.
    } finally {
      timer.cancel();
      reader.cancel().catch(() => undefined);
    }
    return Buffer.concat(pieces).toString('utf8', 0, MOST_TEXT_BYTES);
  }

  #redacted(text: string): string {
    return withoutSecrets(text, this.#secrets);
  }
}

/**
 * Checks an address and gives it back.
 *
 * @param what - Name of the option, for the message; the address itself may be secret.
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for anything but an absolute http or https address.
 */
export function httpAddress(url: string, what: string): string {
  const isHttp = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  if (isHttp) return url;
  throw new MetricsError(
    MetricsErrorCode.ARGUMENT_INVALID,
    `\`${what}\` must be an absolute address with http:// or https://; it has ${url.length} characters and is none.`,
  );
}
