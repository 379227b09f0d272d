import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pollUntil } from '@bduf/backends';
import { afterEach, describe, expect, it } from '@jest/globals';

/** A running service, see `stress/service.ts`. */
interface Service {
  /** Status and text of a path; undefined when there is no answer within a time. */
  ask(path: string, limitMs?: number): Promise<{ readonly status: number; readonly text: string } | undefined>;
}

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

/**
 * Starts the service.
 *
 * @param prepare - Shell commands that run before it, in the process that becomes the service.
 * @param isolation - What the shell is started with.
 */
async function startService(folder: string, prepare = '', isolation: readonly string[] = []): Promise<Service> {
  const script = `${prepare}exec "$0" --expose-gc --conditions=@bduf/source --import=@bduf/jest-preset/run-sources test/stress/service.ts "$1"`;
  const [command, ...rest] = [...isolation, 'sh', '-c', script, process.execPath, folder];
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  cleanUps.push(() => ended(child));
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  const url = `http://127.0.0.1:${Number(port.toString())}`;
  return {
    async ask(target, limitMs = 30_000) {
      try {
        const response = await fetch(url + target, { signal: AbortSignal.timeout(limitMs) });
        return { status: response.status, text: await response.text() };
      } catch {
        return undefined;
      }
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

async function readiness(service: Service, status: number): Promise<string> {
  return pollUntil(
    async () => {
      const answer = await service.ask('/readyz?verbose');
      return answer?.status === status && answer.text;
    },
    { what: `readiness ${status}`, deadlineMs: 40_000 },
  );
}

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'stress-'));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('a service in trouble', () => {
  it('does not answer while its event loop is blocked, is not ready right after, and recovers', async () => {
    const service = await startService(temporaryFolder());
    await readiness(service, 200);
    await service.ask('/do/block?3000');
    expect(await service.ask('/readyz', 500)).toBeUndefined();
    const first = await service.ask('/readyz?verbose');
    expect(first?.status).toBe(503);
    expect(first?.text).toContain('[-]loop');
    // Liveness never depends on it: a restart would not help, and the process does answer again.
    expect((await service.ask('/livez'))?.status).toBe(200);
    expect(await readiness(service, 200)).toContain('[+]loop');
  });

  it('answers a storm of probes from the last results', async () => {
    const service = await startService(temporaryFolder());
    await readiness(service, 200);
    const runs = async (): Promise<number> =>
      (JSON.parse((await service.ask('/runs'))?.text ?? '') as number[])[0] ?? NaN;
    const before = await runs();
    const startedMs = performance.now();
    const probes = ['/readyz', '/healthz', '/livez', '/startupz'];
    const statuses = new Set<number | undefined>();
    for (let wave = 0; wave < 15; wave++) {
      const answers = await Promise.all(Array.from({ length: 40 }, async (_, at) => service.ask(probes[at % 4] ?? '')));
      for (const answer of answers) statuses.add(answer?.status);
    }
    // A storm may well keep the event loop busy, which is told; but every probe is answered.
    expect(statuses).toContain(200);
    expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);
    // By schedule four runs a second, a tenth more or less, and one for each end of the measurement.
    const scheduled = ((performance.now() - startedMs) / 250) * 1.2 + 2;
    expect((await runs()) - before).toBeLessThanOrEqual(scheduled);
  });
});

/** Whether a shell may have a file system of its own. */
const ISOLATION = ['unshare', '--user', '--map-root-user', '--mount'];
const canMount = succeeds([...ISOLATION, 'sh', '-c', 'mount -t tmpfs -o size=8m tmpfs /mnt']);
/** The memory group that this process may divide; undefined where it may not. */
const memoryGroup = dividableGroup();

(canMount ? describe : describe.skip)('a service whose file system fills up', () => {
  it('is not ready until there is space', async () => {
    const folder = temporaryFolder();
    const service = await startService(folder, `mount -t tmpfs -o size=8m tmpfs '${folder}' && `, ISOLATION);
    expect(await readiness(service, 200)).toContain('[+]disk');
    await service.ask('/do/fill?7');
    expect(await readiness(service, 503)).toContain('[-]disk');
    await service.ask('/do/free');
    expect(await readiness(service, 200)).toContain('[+]disk');
  });
});

(memoryGroup === undefined ? describe.skip : describe)('a service that uses up the memory of its control group', () => {
  it('is not ready until it gives some back', async () => {
    const group = path.join(memoryGroup?.folder ?? '', `bduf-stress-${process.pid}`);
    mkdirSync(group);
    cleanUps.push(() => rmdirSync(group));
    writeFileSync(path.join(group, memoryGroup?.limitFile ?? ''), String(600 * 2 ** 20));
    const service = await startService(temporaryFolder(), `echo $$ > '${group}/cgroup.procs' && `);
    expect(await readiness(service, 200)).toContain('[+]memory');
    await service.ask('/do/grow?420');
    expect(await readiness(service, 503)).toContain('[-]memory');
    await service.ask('/do/shrink');
    expect(await readiness(service, 200)).toContain('[+]memory');
  });
});

function succeeds([command = '', ...rest]: readonly string[]): boolean {
  try {
    execFileSync(command, rest, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function dividableGroup(): { readonly folder: string; readonly limitFile: string } | undefined {
  const membership = readFileSync('/proc/self/cgroup', 'utf8');
  const v1 = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(membership)?.[1];
  const v2 = /^0::(.*)$/m.exec(membership)?.[1];
  const candidates = [
    { folder: path.join('/sys/fs/cgroup/memory', v1 ?? '/nowhere'), limitFile: 'memory.limit_in_bytes' },
    { folder: path.join('/sys/fs/cgroup', v2 ?? '/nowhere'), limitFile: 'memory.max' },
  ];
  return candidates.find(({ folder, limitFile }) => {
    const group = path.join(folder, `bduf-try-${process.pid}`);
    try {
      mkdirSync(group);
      try {
        writeFileSync(path.join(group, limitFile), '1000000000');
        return true;
      } finally {
        rmdirSync(group);
      }
    } catch {
      return false;
    }
  });
}
