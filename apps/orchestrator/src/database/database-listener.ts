/** One statement that a database has executed. */
export interface ExecutedQuery {
  /** First word of the statement, in lower case: `select`, `insert`, `commit` … */
  readonly operation: string;
  /** Whether it succeeded. */
  readonly outcome: 'ok' | 'error';
  /** How long it took, in seconds. */
  readonly seconds: number;
}

/** How the handles of a pool are used at the moment. */
export interface PoolUsage {
  /** Handles that someone holds. */
  readonly active: number;
  /** Open handles that nobody holds. */
  readonly idle: number;
  /** Callers that wait for a handle. */
  readonly waiting: number;
}

/** Is told what happens in a database. Its methods return quickly and never throw. */
export interface DatabaseListener {
  /** A statement was executed. */
  queried(query: ExecutedQuery): void;
  /** A handle was acquired or released, or someone began or ceased to wait for one. */
  poolChanged(usage: PoolUsage): void;
  /** Someone has got a handle after that many seconds; 0 when one was idle. */
  acquired(waitSeconds: number): void;
}
