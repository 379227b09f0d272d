import { spawn } from 'node:child_process';

/**
 * Waits for a line. When its input ends without one, the parent has ended, however that came about: then it kills
 * the group of the server and removes its folder.
 */
const SCRIPT = 'read -r released || { kill -s KILL -- "-$1" 2>/dev/null; rm -rf -- "$2"; }';

/**
 * Makes sure that a server does not outlive this process, not even when this process is killed. Exit handlers would
 * not do: jest replaces `process` inside of tests, and nothing handles SIGKILL.
 *
 * @param {number} pid A leader of a process group.
 * @param {string} folder
 * @returns {() => void} Ends the guard and leaves the server and the folder alone.
 */
export function guard(pid, folder) {
  const guardian = spawn('sh', ['-c', SCRIPT, 'guardian', String(pid), folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guardian.unref();
  // The pipe of a child is a socket, and it must not keep this process alive either.
  if ('unref' in guardian.stdin && typeof guardian.stdin.unref === 'function') guardian.stdin.unref();
  guardian.stdin.on('error', () => {});
  return () => guardian.stdin.end('released\n');
}
