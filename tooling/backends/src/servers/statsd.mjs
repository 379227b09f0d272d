import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { freePort } from '../running/free-port.mjs';
import { launchProgram } from '../running/launch.mjs';
import { pollUntil } from '../running/poll-until.mjs';
import { serverHandle } from '../running/server-handle.mjs';

/** @typedef {import('../index.d.ts').StatsdValues} StatsdValues */

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

/** @type {typeof import('../index.d.ts').start.statsd} */
export async function startStatsd({ protocol = 'udp', port: wanted } = {}) {
  const script = createRequire(import.meta.url).resolve('statsd/stats.js');
  const { version } = JSON.parse(readFileSync(join(dirname(script), 'package.json'), 'utf8'));
  const program = /** @type {const} */ ({ name: 'statsd', version, path: process.execPath, env: {} });
  const launched = await launchProgram(program, async (folder) => {
    const port = wanted ?? (await freePort());
    const flushFile = join(folder, 'flushes');
    const config = {
      servers: [{ server: `./servers/${protocol}`, address: '127.0.0.1', port }],
      mgmt_address: '127.0.0.1',
      mgmt_port: 0,
      backends: [join(folder, 'backend.js')],
      flushInterval: 50,
      deleteIdleStats: true,
      flushFile,
    };
    return {
      arguments: [script, join(folder, 'config.js')],
      files: { 'backend.js': BACKEND, 'config.js': JSON.stringify(config) },
      // It flushes only after its servers have been started.
      ready: () => flushesIn(flushFile).length > 1,
      facts: { port, flushFile },
    };
  });
  const { port, flushFile } = launched;
  const values = () => addedUp(flushesIn(flushFile));
  return {
    ...serverHandle(launched),
    port,
    values,
    settledValues: async () => {
      const seen = flushesIn(flushFile).length;
      await pollUntil(() => flushesIn(flushFile).length > seen + 1, { what: 'a flush of statsd' });
      return values();
    },
  };
}

/**
 * @param {string} flushFile
 * @returns {string[]}
 */
function flushesIn(flushFile) {
  // The last piece is empty, or a line that is being written.
  return existsSync(flushFile) ? readFileSync(flushFile, 'utf8').split('\n').slice(0, -1) : [];
}

/**
 * @param {readonly string[]} flushes
 * @returns {StatsdValues}
 */
function addedUp(flushes) {
  /** @type {Record<string, number>} */
  const counters = {};
  /** @type {Record<string, number>} */
  const gauges = {};
  for (const line of flushes) {
    /** @type {StatsdValues} */
    const flush = JSON.parse(line);
    for (const [name, count] of Object.entries(flush.counters)) counters[name] = (counters[name] ?? 0) + count;
    Object.assign(gauges, flush.gauges);
  }
  return { counters, gauges };
}
