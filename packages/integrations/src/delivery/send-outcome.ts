/** The other side has it. */
export interface Delivered {
  /** Tells the outcomes apart. */
  readonly status: 'delivered';
  /** Points of the body that the other side refused while it took the rest. They are not sent again. Default 0. */
  readonly rejected?: number;
  /** What the other side had to say about that. */
  readonly note?: string;
}

/** Not now: the same body may well be taken later. */
export interface Postponed {
  /** Tells the outcomes apart. */
  readonly status: 'retry';
  /** Why, for people. */
  readonly note: string;
  /** The pause that the other side asked for, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** Whether the other side may have taken the body all the same, since it gave no answer. Default: it has not. */
  readonly isUnclear?: boolean;
}

/** Never: sending the same body again would be refused again. */
export interface Refused {
  /** Tells the outcomes apart. */
  readonly status: 'refused';
  /**
   * What is at fault. The `content` of a body is lost with it. When it is the `access` (credentials, address), what was
   * counted is delivered once that is put right.
   */
  readonly fault: 'content' | 'access';
  /** Why, for people. */
  readonly note: string;
}

/** What became of one attempt to send. */
export type SendOutcome = Delivered | Postponed | Refused;
