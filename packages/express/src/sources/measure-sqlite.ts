import type { Registerer } from '@bduf/metrics-core/interfaces';
import { DatabaseMetrics } from '../performance/database-metrics.ts';
import { isMarked } from './call-mark.ts';
import { type SourceOptions, sourceTools } from './source-options.ts';

/** Methods of a database that take a statement and run it at once. */
const STATEMENT_METHODS: ReadonlySet<string | symbol> = new Set(['run', 'all', 'get', 'exec']);
/** Methods of a prepared statement that run it at once. */
const PREPARED_METHODS: ReadonlySet<string | symbol> = new Set(['run', 'all', 'get']);

type Method = (...args: readonly unknown[]) => unknown;
type Measure = (statement: string, run: () => unknown) => unknown;

/**
 * Wraps a database of `node-sqlite3-wasm`, or another one whose `run`, `all`, `get`, `exec` and `prepare` give their result at
 * once, so that its queries are measured with the statement's verb as operation. A query inside `wrapDatabaseQuery` counts
 * there and not here.
 *
 * @param database - The database; it is not changed, and what goes around the result is not measured.
 * @param collector - Where the metrics are defined; defining them throws what {@link Registerer} says.
 * @param options - See {@link SourceOptions}.
 */
export function measureSqlite<Database extends object>(
  database: Database,
  collector: Registerer,
  options: SourceOptions = {},
): Database {
  const { attempt, stopwatch } = sourceTools(options);
  const metrics = DatabaseMetrics.of(collector);
  const measure: Measure = (statement, run) => {
    if (isMarked('database', collector)) return run();
    const seconds = stopwatch();
    const query = attempt(() => metrics.beginStatement(statement));
    try {
      const result = run();
      attempt(() => query?.succeed(seconds()));
      return result;
    } catch (error) {
      attempt(() => query?.fail(seconds(), error));
      throw error;
    }
  };
  return wrap(database, (name, method) => {
    if (name === 'prepare') return (...args) => prepared(method(...args), String(args[0]), measure);
    if (!STATEMENT_METHODS.has(name)) return method;
    return (...args) => measure(String(args[0]), () => method(...args));
  });
}

function prepared(statement: unknown, text: string, measure: Measure): unknown {
  if (typeof statement !== 'object' || statement === null) return statement;
  return wrap(statement, (name, method) =>
    PREPARED_METHODS.has(name) ? (...args) => measure(text, () => method(...args)) : method,
  );
}

/** An object that behaves like another, with other methods. */
function wrap<Target extends object>(
  target: Target,
  replace: (name: string | symbol, method: Method) => Method,
): Target {
  return new Proxy(target, {
    get(_target, name) {
      // The target as receiver, so that its private fields work.
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? replace(name, (...args) => Reflect.apply(value, target, args)) : value;
    },
  });
}
