import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guard } from './guardian.mjs';
import { live } from './live.mjs';

/** How long a server may take to end after SIGTERM. */
const STOP_GRACE_MS = 5000;

/** As much of a log as a person reads in an error message. */
const LOG_TAIL_LENGTH = 2000;

/**
 * A server program that runs in a temporary folder of its own. It never outlives this process and does not keep it
 * alive.
 */
export class RunningProcess {
  #child;
  #release;
  #logFile;
  /** @type {AbortController} */
  #ended = new AbortController();

  /**
   * @param {string} name
   * @param {string} program
   * @param {readonly string[]} programArguments
   * @param {string} folder Removed when the process is stopped.
   * @param {Record<string, string>} env Added to the environment of this process.
   */
  constructor(name, program, programArguments, folder, env) {
    this.name = name;
    this.folder = folder;
    this.#logFile = join(folder, 'log');
    const log = openSync(this.#logFile, 'w');
    this.#child = spawn(program, programArguments, {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', log, log],
      // A group of its own, so that it can be killed with its children.
      detached: true,
    });
    closeSync(log);
    this.#child.once('error', (error) => this.#ended.abort(`${name} could not be started: ${error.message}`));
    this.#child.once('exit', (code, signal) => this.#ended.abort(`${name} ended with ${signal ?? `code ${code}`}`));
    this.#child.unref();
    this.pid = this.#child.pid ?? 0;
    this.#release = this.pid === 0 ? () => {} : guard(this.pid, folder);
    live.add(this);
  }

  /** Aborted when the process has ended; the reason says how. */
  get ended() {
    return this.#ended.signal;
  }

  /** @returns {string} All that the process has printed. */
  logs() {
    return readFileSync(this.#logFile, 'utf8');
  }

  /** @returns {string} The end of what the process has printed. */
  logTail() {
    return this.logs().slice(-LOG_TAIL_LENGTH);
  }

  /** @returns {number} Resident memory in MiB, where the system has /proc; else 0. */
  rssMiB() {
    try {
      const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1];
      return Math.round(Number(kib ?? 0) / 1024);
    } catch {
      return 0;
    }
  }

  /**
   * Ends the process, SIGKILL following a SIGTERM that does not help, and removes its folder.
   *
   * @returns {Promise<void>} Settled when nothing is left. Further calls do nothing.
   */
  async stop() {
    if (!live.delete(this)) return;
    if (!this.ended.aborted) {
      const exit = once(this.#child, 'exit');
      this.#child.ref();
      this.#signal('SIGTERM');
      const hard = setTimeout(() => this.#signal('SIGKILL'), STOP_GRACE_MS);
      await exit;
      clearTimeout(hard);
    }
    // Children of the server may still be there.
    this.#signal('SIGKILL');
    this.#release();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** @param {'SIGTERM' | 'SIGKILL'} signal */
  #signal(signal) {
    try {
      process.kill(signal === 'SIGTERM' ? this.pid : -this.pid, signal);
    } catch {
      // The process, or its whole group, has gone.
    }
  }
}

/**
 * @param {string} name
 * @returns {string} A fresh folder for one server.
 */
export const temporaryFolder = (name) => mkdtempSync(join(tmpdir(), `bduf-${name}-`));
