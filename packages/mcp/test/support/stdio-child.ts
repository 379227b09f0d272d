import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { Readings } from './readings.ts';
import { type OpenWorld, type TestClient, until } from './world.ts';

/** How to start a server as a child process, in the shape that the stdio clients of both SDKs take. */
export interface ChildParameters {
  readonly command: string;
  readonly args: string[];
  readonly env: Record<string, string>;
}

/**
 * Starts a server of `test/stdio` as a child process. It runs the sources like the tests do, and writes down what it
 * measured when its client has gone.
 *
 * @param connect - Connects the client to the child and returns what ends both.
 */
export async function openChild(
  script: string,
  client: TestClient,
  connect: (parameters: ChildParameters) => Promise<() => Promise<void>>,
): Promise<OpenWorld> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bduf-mcp-'));
  const readingsFile = path.join(folder, 'readings.json');
  const disconnect = await connect({
    command: process.execPath,
    args: ['--conditions=@bduf/source', '--import=@bduf/jest-preset/run-sources', `test/stdio/${script}`],
    env: { ...definedOnly(process.env), READINGS_FILE: readingsFile },
  });
  let readings: Readings | undefined;
  return {
    client,
    async close() {
      await disconnect();
      await until(() => {
        readings = readReadings(readingsFile);
        return readings !== undefined;
      });
      rmSync(folder, { recursive: true });
    },
    readings: () => Promise.resolve(readings),
  };
}

function readReadings(file: string): Readings | undefined {
  try {
    // The child writes the file in one go and is trusted to write what its type says.
    return JSON.parse(readFileSync(file, 'utf8')) as Readings;
  } catch {
    return undefined;
  }
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
