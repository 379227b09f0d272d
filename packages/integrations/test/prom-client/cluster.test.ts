import { execFile } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { tableOfPrometheus } from '../support/exposition-table.ts';
import type { Scrapes } from './fixtures/cluster-program.ts';

const PACKAGE = path.join(import.meta.dirname, '../..');
const PROGRAM = 'test/prom-client/fixtures/cluster-program.ts';
const LOADER = ['--conditions=@bduf/source', '--import=@bduf/jest-preset/run-sources'];

/** What the program's primary was told at each scrape. */
async function scrapesOfCluster(library: string): Promise<readonly Readonly<Record<string, number>>[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [...LOADER, PROGRAM, library], {
    cwd: PACKAGE,
    timeout: 100_000,
    killSignal: 'SIGKILL',
  });
  return (JSON.parse(stdout) as Scrapes).map((text) => tableOfPrometheus(text).values);
}

/** What three workers have counted after one or two rounds. */
function counted(rounds: number): Readonly<Record<string, number>> {
  return {
    'orders_total [["worker","any"]]': 111 * rounds,
    'orders_total [["worker","0"]]': rounds,
    'orders_total [["worker","1"]]': rounds,
    'orders_total [["worker","2"]]': rounds,
    'sizes_bucket [["le","1"]]': rounds,
    'sizes_bucket [["le","2"]]': 2 * rounds,
    'sizes_bucket [["le","+Inf"]]': 3 * rounds,
    'sizes_sum []': 4.5 * rounds,
    'sizes_count []': 3 * rounds,
    'build_info [["version","1.2"]]': 1,
    'jobs_total []': 6 * rounds,
  };
}

describe('our registry in the workers of a cluster', () => {
  it.each(['prom-client', '@prometheus-io/client'])(
    'is summed by the AggregatorRegistry of %s, without a word between our processes',
    async (library) => {
      expect(await scrapesOfCluster(library)).toEqual([counted(1), counted(2)]);
    },
    120_000,
  );
});
