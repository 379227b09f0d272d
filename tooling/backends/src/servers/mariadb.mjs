import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../provisioning/run-program.mjs';
import { freePort } from '../running/free-port.mjs';
import { launch } from '../running/launch.mjs';
import { serverHandle } from '../running/server-handle.mjs';

const ACCESS = { user: 'tester', password: 'secret', database: 'tests' };

/** The server reads one statement a line here. */
const CREATE_USER = [
  `CREATE USER '${ACCESS.user}'@'127.0.0.1' IDENTIFIED BY '${ACCESS.password}';`,
  `GRANT ALL ON *.* TO '${ACCESS.user}'@'127.0.0.1' WITH GRANT OPTION;`,
].join('\n');

/** Files of the package that make the server's own tables. */
const SYSTEM_TABLES = ['mysql_system_tables.sql', 'mysql_performance_tables.sql', 'mysql_system_tables_data.sql'];

/** @type {typeof import('../index.d.ts').start.mariadb} */
export async function startMariadb({ flags = [] } = {}) {
  const launched = await launch('mariadb', async (folder, backend) => {
    const data = join(folder, 'data');
    const share = join(backend.root, 'usr/share/mysql');
    const storage = [
      '--no-defaults',
      `--datadir=${data}`,
      `--aria-log-dir-path=${data}`,
      `--lc-messages-dir=${share}`,
      '--innodb-buffer-pool-size=16M',
      '--innodb-log-file-size=4M',
      '--innodb-flush-log-at-trx-commit=0',
      ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    ];
    mkdirSync(data);
    await createTables(backend, storage, share);
    const port = await freePort();
    const network = [`--port=${port}`, '--bind-address=127.0.0.1', `--socket=${join(folder, 'socket')}`];
    return {
      arguments: [...storage, ...network, '--skip-name-resolve', `--init-file=${join(folder, 'user.sql')}`, ...flags],
      files: { 'user.sql': CREATE_USER },
      ready: () => readFileSync(join(folder, 'log'), 'utf8').includes('ready for connections'),
      facts: { port },
    };
  });
  return { ...serverHandle(launched), ...ACCESS, port: launched.port };
}

/**
 * Makes the server's own tables and an empty database.
 *
 * @param {import('../index.d.ts').Backend} backend
 * @param {readonly string[]} storage
 * @param {string} share
 * @throws {Error} When that fails.
 */
async function createTables({ path, env }, storage, share) {
  const input = [
    'CREATE DATABASE mysql;',
    'USE mysql;',
    'SET @auth_root_socket=NULL;',
    'SET @skip_auth_anonymous=1;',
    ...SYSTEM_TABLES.map((file) => readFileSync(join(share, file), 'utf8')),
    `CREATE DATABASE ${ACCESS.database};`,
    '',
  ].join('\n');
  const { code, stderr } = await runProgram(path, [...storage, '--bootstrap'], { env, input });
  if (code !== 0) throw new Error(`${path} --bootstrap failed: ${stderr.trim().slice(-1000)}`);
}
