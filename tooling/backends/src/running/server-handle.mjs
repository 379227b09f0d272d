/**
 * The part that the handles of all servers have in common.
 *
 * @param {{ running: import('./running-process.mjs').RunningProcess, backend: Pick<import('../index.d.ts').RunningServer, 'name' | 'version'>, startMs: number }} launched
 * @returns {import('../index.d.ts').RunningServer}
 */
export const serverHandle = ({ running, backend, startMs }) => ({
  name: backend.name,
  version: backend.version,
  pid: running.pid,
  folder: running.folder,
  startMs,
  logs: () => running.logs(),
  rssMiB: () => running.rssMiB(),
  stop: () => running.stop(),
});
