import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MetricsError, MetricsErrorCode } from '@bduf/metrics-core/interfaces';
import { readRecordLog, recordLogLine } from '@bduf/metrics-core/primitives';
import { type AlertStateStore, type StoredRecord, applyRecord } from './alert-state-store.ts';
import { DirectoryLock } from './directory-lock.ts';
import { errorCode } from './error-code.ts';

const LOG = 'alerts.log';
const NEXT_LOG = 'alerts.log.next';

/** Options of a {@link DirectoryAlertStateStore}. */
export interface DirectoryAlertStateStoreOptions {
  /** Told of lines that were damaged by something other than a crash and are left out. Default: a process warning. */
  readonly onError?: (error: MetricsError) => void;
}

/**
 * Keeps the state of alerts in a directory of its own: a log of lines with checksums, to which is only appended; compaction writes
 * another one and puts it in the place of the first at once. What `append` has resolved for is on the disk. A process may die at any
 * moment: at worst the end of what it was just appending is missing.
 *
 * One process at a time may use a directory; one that died does not keep the next one out.
 */
export class DirectoryAlertStateStore implements AlertStateStore {
  readonly #directory: string;
  readonly #onError: (error: MetricsError) => void;
  #lock: DirectoryLock | undefined;
  #file: FileHandle | undefined;
  /** Bytes of whole lines; what is behind them in the file is left over from a write that failed. */
  #length = 0;
  #hasRest = false;

  /** @param directory - Made when it is missing. Nothing else should be kept in it. */
  constructor(directory: string, options: DirectoryAlertStateStoreOptions = {}) {
    this.#directory = directory;
    this.#onError = options.onError ?? warn;
  }

  /**
   * Reads the directory and takes possession of it.
   *
   * @throws MetricsError `METRICS_ERR_ALERT_STORE_LOCKED` (as a rejection) while another process that lives uses it.
   */
  async load(): Promise<readonly StoredRecord[]> {
    await mkdir(this.#directory, { recursive: true });
    this.#lock ??= await DirectoryLock.take(this.#directory);
    try {
      // What a compaction that was cut off has left.
      await rm(join(this.#directory, NEXT_LOG), { force: true });
      await this.#file?.close();
      this.#file = await openLog(join(this.#directory, LOG));
      return await this.#read(this.#file);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Resolves when the records are on the disk. Rejects when they are not, or another process has taken over. */
  async append(records: readonly StoredRecord[]): Promise<void> {
    const file = await this.#mine();
    const lines = Buffer.from(records.map(recordLogLine).join(''));
    if (this.#hasRest) await file.truncate(this.#length);
    this.#hasRest = true;
    await writeAll(file, lines, this.#length);
    await file.datasync();
    this.#length += lines.length;
    this.#hasRest = false;
  }

  /** Replaces the log by another one. Rejects when that fails; the log is as it was then. */
  async compact(records: readonly StoredRecord[]): Promise<void> {
    const file = await this.#mine();
    const path = join(this.#directory, NEXT_LOG);
    const lines = Buffer.from(records.map(recordLogLine).join(''));
    const next = await open(path, 'w+');
    try {
      await writeAll(next, lines, 0);
      await next.datasync();
      await rename(path, join(this.#directory, LOG));
    } catch (error) {
      await next.close();
      throw error;
    }
    this.#file = next;
    this.#length = lines.length;
    this.#hasRest = false;
    await file.close();
    await syncDirectory(this.#directory);
  }

  /** Closes the log and gives the directory up. */
  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    await this.#lock?.release();
    this.#lock = undefined;
  }

  async #read(file: FileHandle): Promise<readonly StoredRecord[]> {
    const bytes = await file.readFile();
    const { records, validLength, damagedLines } = readRecordLog(bytes);
    this.#length = validLength;
    this.#hasRest = bytes.length > validLength;
    const values = new Map<string, StoredRecord>();
    let unknown = damagedLines;
    for (const record of records) {
      if (isStoredRecord(record)) applyRecord(values, record);
      else unknown++;
    }
    if (unknown > 0) {
      const message = `${unknown} lines of ${join(this.#directory, LOG)} are damaged and left out. Look after the disk.`;
      this.#onError(new MetricsError('METRICS_ERR_ALERT_STORE_DAMAGED', message));
    }
    return [...values.values()];
  }

  /** The file, if it is still this process that may write to it. */
  async #mine(): Promise<FileHandle> {
    if (this.#file === undefined || this.#lock === undefined) {
      const message = `The alert store ${JSON.stringify(this.#directory)} is not open. Load it first.`;
      throw new MetricsError(MetricsErrorCode.ARGUMENT_INVALID, message);
    }
    await this.#lock.check();
    return this.#file;
  }
}

async function openLog(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return open(path, 'wx+');
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    // oxlint-disable-next-line eslint/no-await-in-loop -- A disk that is full takes a part at a time.
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

/** A new name is on the disk only when the directory is. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r').catch(() => undefined);
  // Not every system can do this.
  await directory?.sync().catch(() => undefined);
  await directory?.close();
}

function isStoredRecord(value: unknown): value is StoredRecord {
  if (typeof value !== 'object' || value === null || !('kind' in value && 'key' in value && 'value' in value))
    return false;
  return typeof value.kind === 'string' && typeof value.key === 'string';
}

function warn(error: MetricsError): void {
  process.emitWarning(error.message, { type: 'MetricsWarning', code: error.code });
}
