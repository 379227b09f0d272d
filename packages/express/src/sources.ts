/**
 * `@bduf/metrics-express/sources`: measuring without wrappers, by what Node and libraries publish about themselves. Needs no
 * Express; each source is one call and is closed by what it returns.
 */

// Databases and caches.
export { instrumentMysql } from './sources/instrument-mysql.ts';
export { instrumentRedis, type RedisSourceOptions } from './sources/instrument-redis.ts';
export { evictionsOf, instrumentLruCaches, type LruSourceOptions } from './sources/instrument-lru-caches.ts';
export { measureSqlite } from './sources/measure-sqlite.ts';

// What the process calls, and what nobody handles.
export { type ExternalApiOptions, instrumentExternalApis } from './sources/instrument-external-apis.ts';
export type { ExternalCall } from './sources/external-call.ts';
export { instrumentProcessErrors } from './sources/instrument-process-errors.ts';

export type { SourceHandle, SourceOptions } from './sources/source-options.ts';
