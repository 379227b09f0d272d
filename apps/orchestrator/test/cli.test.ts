import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import process from 'node:process';
import { describe, expect, it } from '@jest/globals';
import { parseCommandLine, UsageError } from '../src/cli/command-line.ts';
import { runCli } from '../src/cli/run-cli.ts';

/** A second is what a user gets; tests may share the machine with others. */
const MOST_END_MS = 3000;

/** A run of the program whose output is kept. */
interface Run {
  readonly printed: string[];
  readonly errors: string[];
  /** Settles with the first text that is printed. */
  readonly started: Promise<string>;
  readonly interrupt: () => void;
  readonly exit: Promise<number>;
}

function run(...args: readonly string[]): Run {
  const printed: string[] = [];
  const errors: string[] = [];
  let interrupt = (): void => undefined;
  let start = (_text: string): void => undefined;
  const started = new Promise<string>((resolve) => {
    start = resolve;
  });
  const exit = runCli(args, {
    print: (text) => {
      printed.push(text);
      start(text);
    },
    printError: (text) => errors.push(text),
    interrupted: () =>
      new Promise((resolve) => {
        interrupt = resolve;
      }),
  });
  return { printed, errors, started, interrupt: () => interrupt(), exit };
}

function databaseFolders(): readonly string[] {
  return ['/dev/shm', tmpdir()]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).filter((name) => name.startsWith('bduf-orchestrator-')));
}

describe('the command line', () => {
  it('has a default for everything', () => {
    expect(parseCommandLine([])).toEqual({
      action: 'serve',
      host: '127.0.0.1',
      port: 3000,
      mayMove: true,
      traffic: true,
      rate: 20,
      seed: 1,
      threads: 0,
      cluster: 0,
      state: undefined,
      with: [],
    });
  });

  it('takes a port literally', () => {
    expect(parseCommandLine(['--port', '8080', '--no-traffic'])).toMatchObject({
      port: 8080,
      mayMove: false,
      traffic: false,
    });
  });

  it.each([['--prot'], ['--port', '70000'], ['--rate', 'much'], ['--port'], ['--with', 'nagios']])(
    'refuses %s %s',
    (...args) => {
      expect(() => parseCommandLine(args)).toThrow(UsageError);
    },
  );
});

describe('the program', () => {
  it('prints how it is used', async () => {
    const { exit, printed } = run('--help');
    await expect(exit).resolves.toBe(0);
    expect(printed.join()).toContain('--no-traffic');
  });

  it('exits with 2 and the usage for an option that it does not know', async () => {
    const { exit, errors } = run('--nonsense');
    await expect(exit).resolves.toBe(2);
    expect(errors.join()).toMatch(/--nonsense[^]*Usage/);
  });

  it('prints every URL, and ends soon after an interrupt with a summary, leaving nothing behind', async () => {
    const before = databaseFolders();
    const { started, interrupt, exit, printed, errors } = run('--port', '0', '--rate', '100');
    const banner = await started;
    const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(banner)?.[0] ?? '';
    for (const path of ['/metrics', '/livez', '/readyz', '/api/projects']) expect(banner).toContain(origin + path);
    // An open stream and a kept connection must not hold the end up.
    const stream = await fetch(`${origin}/api/events`);
    const metrics = await (await fetch(`${origin}/metrics`)).text();
    expect(metrics).toContain('# TYPE http_requests_total counter');
    const start = performance.now();
    interrupt();
    await expect(exit).resolves.toBe(0);
    expect(performance.now() - start).toBeLessThan(MOST_END_MS);
    await stream.body?.cancel().catch(() => undefined);
    expect(printed.at(-1)).toMatch(/\d+ requests in \d+ s[^]*method +route +requests/);
    expect(errors).toEqual([]);
    await expect(fetch(`${origin}/livez`)).rejects.toThrow('fetch failed');
    expect(databaseFolders()).toEqual(before);
  });

  it('takes another port only when none was asked for', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const address = occupant.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { exit, errors } = run('--port', String(port), '--no-traffic');
    await expect(exit).resolves.toBe(1);
    expect(errors.join()).toMatch(/EADDRINUSE[^]*Choose another port/);
    occupant.close();
  });
});

describe('the process', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends soon after %s, with its summary and exit code 0',
    async (signal) => {
      const child = spawn(
        process.execPath,
        ['--conditions=@bduf/source', '--import=@bduf/jest-preset/run-sources', 'src/main.ts', '--port', '0'],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      try {
        let output = '';
        const ready = new Promise<void>((resolve) => {
          child.stdout.setEncoding('utf8').on('data', (text: string) => {
            output += text;
            if (output.includes('Ctrl-C ends it.')) resolve();
          });
        });
        await ready;
        const start = performance.now();
        child.kill(signal);
        const [code] = (await once(child, 'close')) as [number | null];
        expect(code).toBe(0);
        expect(performance.now() - start).toBeLessThan(MOST_END_MS);
        expect(output).toMatch(/requests in \d+ s, as the collector has counted them/);
      } finally {
        // Does nothing to a process that has ended.
        child.kill('SIGKILL');
      }
    },
    30_000,
  );
});
