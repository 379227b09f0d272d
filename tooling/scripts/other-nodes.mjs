import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The major versions of Node that published packages support. */
const SUPPORTED = [20, 22, 24];

/**
 * Finds a program for each supported Node other than the one that runs, by way of npm's packages `node@<major>`, which
 * npm keeps in its cache.
 *
 * @returns {Promise<{ major: number, path: string | undefined, reason: string }[]>} Without `path`, `reason` says why.
 */
export async function otherNodes() {
  const own = Number.parseInt(process.versions.node, 10);
  return Promise.all(SUPPORTED.filter((major) => major !== own).map(findNode));
}

async function findNode(major) {
  const script = 'node -p "process.execPath"';
  try {
    const { stdout } = await run('npm', ['exec', '--yes', `--package=node@${major}`, '--call', script], {
      timeout: 180_000,
    });
    const path = stdout.trim();
    const { stdout: version } = await run(path, ['--version']);
    if (!version.startsWith(`v${major}.`)) throw new Error(`npm's node@${major} says it is ${version.trim()}.`);
    return { major, path, reason: '' };
  } catch (error) {
    return { major, path: undefined, reason: error.message.split('\n')[0] };
  }
}
