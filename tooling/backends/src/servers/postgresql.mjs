import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { requireBackends } from '../policy/require-backends.mjs';
import { runProgram } from '../provisioning/run-program.mjs';
import { freePort } from '../running/free-port.mjs';
import { launchProgram } from '../running/launch.mjs';
import { serverHandle } from '../running/server-handle.mjs';

/** PostgreSQL does not run as root: a user namespace makes root somebody else, whose files are still those of root. */
const AS_SOMEBODY_ELSE = ['--user', '--map-user=1000', '--map-group=1000'];

const ACCESS = { user: 'tester', password: 'secret', database: 'postgres' };

/** Nothing has to survive, and nobody else has to reach it. */
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'fsync=off',
  'full_page_writes=off',
  'jit=off',
  'timezone=UTC',
].flatMap((setting) => ['-c', setting]);

/** @type {typeof import('../index.d.ts').start.postgresql} */
export async function startPostgresql({ flags = [] } = {}) {
  const { postgresql: backend } = await requireBackends(['postgresql']);
  const command = commandOf(backend.path);
  const launched = await launchProgram({ ...backend, path: command.program }, async (folder) => {
    const data = join(folder, 'data');
    await createCluster(join(dirname(backend.path), 'initdb'), { data, folder, env: backend.env });
    const port = await freePort();
    return {
      arguments: [...command.before, '-D', data, '-p', String(port), ...SETTINGS, ...flags],
      ready: () => readFileSync(join(folder, 'log'), 'utf8').includes('ready to accept connections'),
      facts: { port },
    };
  });
  return { ...serverHandle(launched), ...ACCESS, port: launched.port };
}

/**
 * How a program of PostgreSQL is started.
 *
 * @param {string} path
 * @returns {{ program: string, before: string[] }} What to run, and what comes before the arguments of the program.
 */
function commandOf(path) {
  if (process.getuid?.() !== 0) return { program: path, before: [] };
  return { program: 'unshare', before: [...AS_SOMEBODY_ELSE, path] };
}

/**
 * Makes an empty database with a user.
 *
 * @param {string} initdb
 * @param {{ data: string, folder: string, env: Readonly<Record<string, string>> }} place
 * @throws {Error} When that fails; as root also where user namespaces are forbidden.
 */
async function createCluster(initdb, { data, folder, env }) {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, ACCESS.password);
  const { program, before } = commandOf(initdb);
  const options = ['--no-sync', '--auth=scram-sha-256', `--username=${ACCESS.user}`, `--pwfile=${passwordFile}`];
  const programArguments = [...before, '-D', data, ...options, '--locale=C', '--encoding=UTF8'];
  const { code, stderr } = await runProgram(program, programArguments, { cwd: folder, env });
  if (code !== 0) throw new Error(`${[program, ...before].join(' ')} failed: ${stderr.trim()}`);
}
