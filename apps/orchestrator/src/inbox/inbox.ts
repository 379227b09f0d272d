/** A notification as it came in. */
export interface InboxMessage {
  /** Counts up by one for each message. */
  readonly seq: number;
  /** ISO time. */
  readonly at: string;
  /** Way on which it came, such as `slack`. */
  readonly channel: string;
  /** Parsed JSON. */
  readonly payload: unknown;
}

/** Messages that are kept; older ones are forgotten. */
const MOST_MESSAGES = 200;

/** Where the notifications of the demonstration end up, exactly as their receivers would get them. */
export class Inbox {
  readonly #messages: InboxMessage[] = [];
  #seq = 0;

  /** Keeps a message. */
  receive(channel: string, payload: unknown, at: Date): void {
    this.#seq += 1;
    this.#messages.unshift({ seq: this.#seq, at: at.toISOString(), channel, payload });
    this.#messages.length = Math.min(this.#messages.length, MOST_MESSAGES);
  }

  /** What came in, newest first. */
  get messages(): readonly InboxMessage[] {
    return this.#messages;
  }
}
