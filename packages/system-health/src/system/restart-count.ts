import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

interface RestartState {
  readonly restarts: number;
  readonly pid: number;
  readonly startedSeconds: number;
}

/** Clocks are corrected, and the start is reckoned from them; a process id comes back much later than that. */
const SAME_START_SECONDS = 10;

/**
 * How often the process was restarted, as far as a folder remembers; the folder remembers this start from now on. Asked again by
 * the same process it answers the same. A state that cannot be read counts as none, one that cannot be written is reported.
 */
export function countRestarts(
  folder: string,
  { startedSeconds, onError }: { readonly startedSeconds: number; readonly onError: (error: unknown) => void },
): number {
  const file = path.join(folder, 'restarts.json');
  const before = readState(file);
  const isSameProcess =
    before?.pid === process.pid && Math.abs(before.startedSeconds - startedSeconds) < SAME_START_SECONDS;
  if (isSameProcess) return before.restarts;
  const restarts = before === undefined ? 0 : before.restarts + 1;
  try {
    writeState(file, { restarts, pid: process.pid, startedSeconds });
  } catch (error) {
    onError(error);
  }
  return restarts;
}

function readState(file: string): RestartState | undefined {
  try {
    const state: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isState(state) ? state : undefined;
  } catch {
    return undefined;
  }
}

function isState(value: unknown): value is RestartState {
  if (typeof value !== 'object' || value === null) return false;
  const { restarts, pid, startedSeconds } = value as Partial<Record<keyof RestartState, unknown>>;
  return Number.isSafeInteger(restarts) && Number.isSafeInteger(pid) && Number.isFinite(startedSeconds);
}

/** A crash in between leaves the old state, never half of the new one. */
function writeState(file: string, state: RestartState): void {
  const folder = path.dirname(file);
  // Not recursive: in a folder like /proc, that call of Node.js 20 never returns.
  if (!existsSync(folder)) mkdirSync(folder);
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(state));
  renameSync(draft, file);
}
