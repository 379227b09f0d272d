import type sqlite from 'node-sqlite3-wasm';

/** A value that a statement takes. */
export type SqlValue = number | string | null;
/** A row by column name, to be checked by whoever knows the table. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** A connection of `node-sqlite3-wasm`. */
export type Connection = InstanceType<typeof sqlite.Database>;
type Statement = ReturnType<Connection['prepare']>;

/**
 * One connection to a database file. Statements are synchronous and prepared once.
 *
 * SQLite locks the whole file from the first statement of a transaction to its end, for readers as well. Therefore a
 * transaction is a synchronous function: it cannot be left open while other handles want to work.
 */
export class DatabaseHandle {
  readonly #connection: Connection;
  readonly #statements = new Map<string, Statement>();

  /** @param connection - Belongs to the handle from now on. */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** All rows of a query. */
  all(sql: string, ...values: readonly SqlValue[]): readonly SqlRow[] {
    // Stepping to the end also gives up the lock on the file, which fetching a single row would keep.
    return this.#executed(sql, (statement) => statement.all([...values]));
  }

  /** The first row of a query, if any. */
  get(sql: string, ...values: readonly SqlValue[]): SqlRow | undefined {
    return this.all(sql, ...values)[0];
  }

  /** Executes a statement that changes rows. Returns how many. */
  run(sql: string, ...values: readonly SqlValue[]): number {
    return this.#executed(sql, (statement) => statement.run([...values])).changes;
  }

  /** Inserts one row. Returns its id. */
  insert(sql: string, ...values: readonly SqlValue[]): number {
    return Number(this.#executed(sql, (statement) => statement.run([...values])).lastInsertRowid);
  }

  /** Makes sure that the connection works. Nothing is prepared, and nobody counts it as a query of the service. */
  validate(): void {
    this.#connection.exec('select 1');
  }

  /** Executes statements that take no values, such as a schema. */
  execute(sql: string): void {
    this.#connection.exec(sql);
  }

  /**
   * Runs a function as one transaction: everything it did is kept when it returns, nothing when it throws.
   *
   * @param mode - `write` takes the lock at once, so that what was read before a change is still true when it is made.
   */
  transaction<T>(mode: 'read' | 'write', work: () => T): T {
    this.execute(mode === 'write' ? 'begin immediate' : 'begin');
    try {
      const result = work();
      this.execute('commit');
      return result;
    } catch (error) {
      if (this.#connection.inTransaction) this.execute('rollback');
      throw error;
    }
  }

  /** Closes the connection. */
  close(): void {
    for (const statement of this.#statements.values()) statement.finalize();
    this.#statements.clear();
    this.#connection.close();
  }

  #prepared(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#connection.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #executed<T>(sql: string, execute: (statement: Statement) => T): T {
    try {
      return execute(this.#prepared(sql));
    } catch (error) {
      this.#forget(sql);
      throw error;
    }
  }

  /** A statement that failed refuses to be used again. */
  #forget(sql: string): void {
    const statement = this.#statements.get(sql);
    this.#statements.delete(sql);
    try {
      statement?.finalize();
    } catch {
      // Finalizing reports the failure of the last execution once more.
    }
  }
}
