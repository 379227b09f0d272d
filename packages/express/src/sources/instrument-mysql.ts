import type { Registerer } from '@bduf/metrics-core/interfaces';
import { DatabaseMetrics } from '../performance/database-metrics.ts';
import { enableCallMarks, isMarked, keepMarks } from './call-mark.ts';
import { type SourceHandle, type SourceOptions, sourceTools } from './source-options.ts';
import { type CallObserver, TracedCalls } from './traced-calls.ts';

/** Statements as text, and prepared ones. */
const CHANNELS = ['mysql2:query', 'mysql2:execute'] as const;

/** Waiting for a connection of a pool. */
const WAITING = 'mysql2:pool:connect';

/** The part of the published context that is read. */
interface QueryContext {
  readonly query?: unknown;
}

/**
 * Measures the queries of `mysql2` (3.24 or newer), which publishes them: `database_queries_total` and
 * `database_query_duration_seconds` with the statement's verb as operation. A query inside `wrapDatabaseQuery` counts there
 * and not here.
 *
 * @param collector - Where the metrics are defined; defining them throws what {@link Registerer} says.
 * @param options - See {@link SourceOptions}.
 */
export function instrumentMysql(collector: Registerer, options: SourceOptions = {}): SourceHandle {
  const { report, stopwatch } = sourceTools(options);
  const database = DatabaseMetrics.of(collector);
  enableCallMarks();
  const begin = ({ query }: QueryContext): CallObserver | undefined => {
    if (isMarked('database', collector)) return undefined;
    const seconds = stopwatch();
    const running = database.beginStatement(String(query));
    return { succeed: () => running.succeed(seconds()), fail: (error) => running.fail(seconds(), error) };
  };
  const calls = CHANNELS.map((channel) => new TracedCalls<QueryContext>(channel, { begin, onError: report }));
  const forgetMarks = keepMarks(WAITING);
  return {
    close() {
      forgetMarks();
      for (const followed of calls) followed.close();
    },
  };
}
