import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pollUntil } from '@bduf/backends';

/** Writes each flush as a line of JSON; the server loads it as its backend. */
const BACKEND = `
const { appendFileSync } = require('node:fs');
exports.init = (startup, config, events) => {
  events.on('flush', (time, { counters, gauges }) => {
    appendFileSync(config.flushFile, JSON.stringify({ counters, gauges }) + '\\n');
  });
  return true;
};
`;

/** What the server has seen: counters added up over all flushes, gauges as they were last. */
export interface StatsdValues {
  readonly counters: Readonly<Record<string, number>>;
  readonly gauges: Readonly<Record<string, number>>;
}

/** The StatsD server of npm, which may be stopped and started again on the same port. */
export class StatsdServer {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'statsd-'));
  readonly #transport: 'udp' | 'tcp';
  readonly port: number;
  #process: ChildProcess | undefined;

  constructor(transport: 'udp' | 'tcp', port: number) {
    this.#transport = transport;
    this.port = port;
    writeFileSync(this.#flushFile, '');
    writeFileSync(path.join(this.#folder, 'backend.js'), BACKEND);
  }

  get #flushFile(): string {
    return path.join(this.#folder, 'flushes');
  }

  async start(): Promise<void> {
    const before = this.#flushes().length;
    const configFile = path.join(this.#folder, 'config.js');
    const config = {
      servers: [{ server: `./servers/${this.#transport}`, address: '127.0.0.1', port: this.port }],
      mgmt_port: 0,
      mgmt_address: '127.0.0.1',
      backends: [path.join(this.#folder, 'backend.js')],
      flushInterval: 50,
      deleteIdleStats: true,
      flushFile: this.#flushFile,
    };
    writeFileSync(configFile, JSON.stringify(config));
    const program = createRequire(import.meta.url).resolve('statsd/stats.js');
    this.#process = spawn(process.execPath, [program, configFile], { stdio: ['ignore', 'ignore', 'inherit'] });
    // It flushes only after its servers have been started.
    await pollUntil(() => this.#flushes().length > before + 1, { what: 'the first flush of statsd' });
  }

  /** Ends the server once what it has received is flushed. */
  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined) return;
    const seen = this.#flushes().length;
    await pollUntil(() => this.#flushes().length > seen + 1, { what: 'a last flush of statsd' });
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  values(): StatsdValues {
    const counters: Record<string, number> = {};
    const gauges: Record<string, number> = {};
    for (const line of this.#flushes()) {
      const flush = JSON.parse(line) as StatsdValues;
      for (const [name, count] of Object.entries(flush.counters)) counters[name] = (counters[name] ?? 0) + count;
      Object.assign(gauges, flush.gauges);
    }
    return { counters, gauges };
  }

  #flushes(): string[] {
    // The last piece is empty, or a line that is being written.
    return readFileSync(this.#flushFile, 'utf8').split('\n').slice(0, -1);
  }
}
