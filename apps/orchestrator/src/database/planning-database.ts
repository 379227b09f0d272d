import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock } from '@bduf/metrics-core/interfaces';
import { DatabaseHandle } from './database-handle.ts';
import type { DatabaseListener } from './database-listener.ts';
import { HandlePool } from './handle-pool.ts';
import { SCHEMA } from './schema.ts';

/** Options of {@link openPlanningDatabase}. */
export interface PlanningDatabaseOptions {
  /** Number of handles. */
  readonly handles: number;
  /** How long a caller waits for a handle, in milliseconds. */
  readonly acquireTimeoutMs: number;
  /** Source of time. */
  readonly clock: Clock;
  /** Told of statements and of the use of the pool. */
  readonly listener: DatabaseListener;
}

/** A database that lives as long as the process. */
export interface PlanningDatabase {
  /** Its handles. */
  readonly pool: HandlePool;
  /** Closes the handles and removes the file. */
  close(): void;
}

/** Creates an empty planning database in a temporary folder. */
export function openPlanningDatabase(options: PlanningDatabaseOptions): PlanningDatabase {
  const folder = createFolder();
  const { handles, acquireTimeoutMs, clock, listener } = options;
  const open = (): DatabaseHandle => openHandle(path.join(folder, 'planning.db'), listener);
  const pool = new HandlePool({ open, size: handles, acquireTimeoutMs, clock, listener });
  return {
    pool,
    close() {
      pool.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Where a file is memory, on Linux. SQLite locks by making and removing a folder, which takes milliseconds on a busy disk. */
const MEMORY_FOLDER = '/dev/shm';

function createFolder(): string {
  const prefix = 'bduf-orchestrator-';
  try {
    return mkdtempSync(path.join(MEMORY_FOLDER, prefix));
  } catch {
    return mkdtempSync(path.join(tmpdir(), prefix));
  }
}

function openHandle(file: string, listener: DatabaseListener): DatabaseHandle {
  const handle = new DatabaseHandle(file, listener);
  // The file does not outlive the process, so a crash of the machine has nothing to lose.
  handle.execute('pragma synchronous = off');
  handle.execute('pragma journal_mode = memory');
  handle.execute('pragma foreign_keys = on');
  handle.execute(SCHEMA);
  return handle;
}
