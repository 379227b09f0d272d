import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { type Connection, DatabaseHandle } from './database-handle.ts';
import { HandlePool, type HandlePoolOptions } from './handle-pool.ts';
import { SCHEMA } from './schema.ts';

/** Options of {@link openPlanningDatabase}. */
export interface PlanningDatabaseOptions extends Omit<HandlePoolOptions, 'open'> {
  /** Wraps each connection, to watch what it executes. */
  readonly measure: (connection: Connection) => Connection;
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
  const file = path.join(folder, 'planning.db');
  const open = (): DatabaseHandle => openHandle(options.measure(new sqlite.Database(file)));
  const pool = new HandlePool({ ...options, open });
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

function openHandle(connection: Connection): DatabaseHandle {
  const handle = new DatabaseHandle(connection);
  // The file does not outlive the process, so a crash of the machine has nothing to lose.
  handle.execute('pragma synchronous = off');
  handle.execute('pragma journal_mode = memory');
  handle.execute('pragma foreign_keys = on');
  handle.execute(SCHEMA);
  return handle;
}
