/** What a pool of connections says about itself. All of it is asked at every read-out and must be cheap. */
export interface PoolSource {
  /** Connections in use. */
  readonly active: () => number;
  /** Open connections that nobody uses. */
  readonly idle: () => number;
  /** Callers that wait for a connection. */
  readonly waiting?: () => number;
  /** Most connections that it opens. */
  readonly max?: () => number;
}

/** The part of a `pg` pool that is read; `pg` 8 has all of it. */
export interface PgPool {
  /** Open connections. */
  readonly totalCount: number;
  /** Those that nobody uses. */
  readonly idleCount: number;
  /** Callers that wait. */
  readonly waitingCount: number;
  /** As given to the constructor, with defaults. */
  readonly options?: { readonly max?: number };
}

/** The source of a pool of `pg`. */
export function pgPool(pool: PgPool): PoolSource {
  const { max } = pool.options ?? {};
  return {
    active: () => pool.totalCount - pool.idleCount,
    idle: () => pool.idleCount,
    waiting: () => pool.waitingCount,
    ...(max !== undefined && { max: () => max }),
  };
}
