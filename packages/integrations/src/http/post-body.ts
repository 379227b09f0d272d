import { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Clock } from '@bduf/metrics-core/interfaces';
import { parseRetryAfter } from '@bduf/metrics-core/primitives';
import type { SendOutcome } from '../delivery/send-outcome.ts';

/** Makes HTTP requests, as the global `fetch`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A body on its way. */
export interface BodyRequest {
  readonly url: string;
  /** Default: POST. */
  readonly method?: 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Whether to compress the body; small ones are sent as they are. Default: false. */
  readonly gzip?: boolean;
  readonly signal: AbortSignal;
}

/** What answers mean in one protocol. */
export interface AnswerRules {
  /** Statuses after which the same body is sent again; `5xx` stands for all of them. */
  readonly retry: readonly (number | '5xx')[];
  /** Reads more from an answer than its status tells. Default: nothing. */
  readonly read?: (status: number, text: string) => SendOutcome | undefined;
}

/** Statuses that say nothing about the body: it is the credentials or the address that are at fault. */
const ACCESS_STATUSES: ReadonlySet<number> = new Set([401, 403, 404, 407]);
/** Statuses by which a gateway says that it has heard nothing from the server behind it, or nothing of use. */
const GATEWAY_STATUSES: ReadonlySet<number> = new Set([502, 504]);
/** What does not fit into one packet is worth compressing. */
const LEAST_GZIP_BYTES = 1400;
/** Level 1 costs a quarter of the default and makes expositions half as large again. */
const GZIP_OPTIONS = { level: 1 };
/** As much of an error as anybody reads. */
const MOST_TEXT_BYTES = 4096;
const MOST_NOTE_LENGTH = 300;

const compress = promisify(gzip);

/** Sends bodies over HTTP and judges the answers by the rules of a protocol. */
export class BodySender {
  readonly #fetch: Fetch;
  readonly #clock: Clock;
  readonly #rules: AnswerRules;

  constructor({ fetch, clock }: { readonly fetch: Fetch; readonly clock: Clock }, rules: AnswerRules) {
    this.#fetch = fetch;
    this.#clock = clock;
    this.#rules = rules;
  }

  /** Sends one body. Rejects when there is no answer. */
  async send(request: BodyRequest): Promise<SendOutcome> {
    const isCompressed = request.gzip === true && request.body.byteLength >= LEAST_GZIP_BYTES;
    const response = await this.#fetch(request.url, {
      method: request.method ?? 'POST',
      headers: {
        'user-agent': 'bduf-metrics-integrations',
        ...request.headers,
        ...(isCompressed && { 'content-encoding': 'gzip' }),
      },
      body: isCompressed ? await compress(request.body, GZIP_OPTIONS) : request.body,
      // Credentials must not follow to another address.
      redirect: 'manual',
      signal: request.signal,
    });
    return this.#judge(response);
  }

  async #judge(response: Response): Promise<SendOutcome> {
    const { status } = response;
    const isTaken = status >= 200 && status < 300;
    // The status alone says that the body was taken; waiting for the rest could only turn that into a doubt.
    if (isTaken && this.#rules.read === undefined) {
      response.body?.cancel().catch(() => undefined);
      return { status: 'delivered' };
    }
    const text = await beginningOf(response);
    const read = this.#rules.read?.(status, text);
    if (read !== undefined) return read;
    return isTaken ? { status: 'delivered' } : this.#judgeFailure(response, text);
  }

  #judgeFailure({ status, headers }: Response, text: string): SendOutcome {
    const note = `answered ${status} ${text.slice(0, MOST_NOTE_LENGTH).trim()}`.trim();
    const { retry } = this.#rules;
    const isUnclear = GATEWAY_STATUSES.has(status);
    if (retry.includes(status) || (status >= 500 && retry.includes('5xx'))) {
      const retryAfterMs = parseRetryAfter(headers.get('retry-after'), this.#clock.now());
      return { status: 'retry', note, retryAfterMs, isUnclear };
    }
    const isAccess = ACCESS_STATUSES.has(status) || status < 400;
    return { status: 'refused', fault: isAccess ? 'access' : 'content', note };
  }
}

/** The beginning of an answer's text; empty when it cannot be read. */
async function beginningOf({ body }: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of (body ?? []) as AsyncIterable<Uint8Array>) {
      pieces.push(piece);
      bytes += piece.byteLength;
      // Leaving the loop cancels the rest.
      if (bytes >= MOST_TEXT_BYTES) break;
    }
  } catch {
    // The status has been seen, and that counts.
  }
  return Buffer.concat(pieces).toString('utf8', 0, MOST_TEXT_BYTES);
}
