import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import type { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import { parsePrometheusText } from '@bduf/metrics-testkit';
import { samplesOf } from '../src/self-check/exposition.ts';

/** Requirements of one project; more than one job. */
const REQUIREMENTS = 40;

let child: ChildProcessByStdio<null, Readable, null> | undefined;
afterEach(async () => {
  if (child === undefined || child.exitCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
});

/** Starts the program with workers. Returns its origin. */
async function startProgram(...args: readonly string[]): Promise<string> {
  child = spawn(
    process.execPath,
    [
      '--conditions=@bduf/source',
      '--import=@bduf/jest-preset/run-sources',
      'src/main.ts',
      '--port=0',
      '--no-traffic',
      ...args,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const { stdout } = child;
  const output = await new Promise<string>((resolve) => {
    let text = '';
    stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('Ctrl-C ends it.')) resolve(text);
    });
  });
  return /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? '';
}

async function post(origin: string, path: string, body: object): Promise<Response> {
  const response = await fetch(origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.ok).toBe(true);
  return response;
}

/** Analyses a project whose requirements nobody has read before. Returns how many topics were found. */
async function analyzeProject(origin: string, subject: string): Promise<number> {
  const created = await post(origin, '/api/projects', { name: subject, stakeholders: ['Ada', 'Bruno'] });
  const path = created.headers.get('location') ?? '';
  for (let index = 0; index < REQUIREMENTS; index++) {
    await post(origin, `${path}/requirements`, {
      text: `The ${subject} clerk must export report ${index} within 2 s.`,
    });
  }
  const analysis = (await (await post(origin, `${path}/analysis`, {})).json()) as {
    readonly body: { readonly topics: readonly unknown[] };
  };
  return analysis.body.topics.length;
}

/** How many texts were read, as the service shows it. */
async function textsRead(origin: string): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  const counts = samplesOf(parsePrometheusText(text), 'requirement_reading_duration_seconds_count');
  return counts.reduce((sum, { value }) => sum + value, 0);
}

/** Ids of the processes that a process has started. */
function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

describe('workers that read requirements', () => {
  it('are measured like the service itself, also those that were killed', async () => {
    const origin = await startProgram('--threads=1', '--cluster=1');
    expect(await analyzeProject(origin, 'first')).toBe(REQUIREMENTS);
    expect(await textsRead(origin)).toBe(REQUIREMENTS);

    const [worker = 0, ...others] = childrenOf(child?.pid ?? 0);
    expect(others).toEqual([]);
    process.kill(worker, 'SIGKILL');
    // Whether it is noticed before or after this: its part waits for the successor.
    expect(await analyzeProject(origin, 'second')).toBe(REQUIREMENTS);
    expect(await textsRead(origin)).toBe(2 * REQUIREMENTS);
    expect(childrenOf(child?.pid ?? 0)).toEqual([expect.any(Number)]);
    expect(childrenOf(child?.pid ?? 0)).not.toContain(worker);

    child?.kill('SIGINT');
    const [code] = (await once(child ?? process, 'exit')) as [number | null];
    expect(code).toBe(0);
  }, 60_000);
});
