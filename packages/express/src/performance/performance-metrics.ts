/** Metrics of databases and caches beyond those of the contract. */
export const PerformanceMetricDefinitions = {
  DATABASE_QUERIES_IN_FLIGHT: {
    name: 'database_queries_in_flight',
    description: 'Database queries that have not ended.',
    labels: { operation: 'string' },
  },
  DATABASE_CONNECTIONS_WAITING: {
    name: 'database_connections_waiting',
    description: 'Callers that wait for a database connection.',
    labels: { pool: 'string' },
  },
  DATABASE_CONNECTIONS_MAX: {
    name: 'database_connections_max',
    description: 'Most connections that a pool opens.',
    labels: { pool: 'string' },
  },
  CACHE_ENTRIES: {
    name: 'cache_entries',
    description: 'Entries in a cache.',
    labels: { cache: 'string' },
  },
} as const;
