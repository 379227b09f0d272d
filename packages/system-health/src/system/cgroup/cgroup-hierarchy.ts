import path from 'node:path';
import type { SystemReadings } from '../readings/system-readings.ts';

/** Where the control group of this process lies, for one controller. */
export interface CgroupHierarchy {
  /** Version of the interface. */
  readonly version: 1 | 2;
  /** Folder of the group itself, then of each group around it, up to the one that is mounted. */
  readonly folders: readonly string[];
}

interface CgroupMount {
  readonly version: 1 | 2;
  readonly controllers: readonly string[];
  readonly root: string;
  readonly folder: string;
}

/**
 * Finds the group by `/proc/self/cgroup` and `/proc/self/mountinfo` (cgroups(7)). A controller that version 1 has is not in
 * version 2, where both are mounted.
 */
export function findCgroup(readings: SystemReadings, controller: string): CgroupHierarchy | undefined {
  const membership = readings.readText('/proc/self/cgroup');
  const mounts = mountsOf(readings.readText('/proc/self/mountinfo') ?? '');
  if (membership === undefined) return undefined;
  const lines = membership.split('\n').map(membershipOf);
  const v1 = lines.find(({ controllers }) => controllers.includes(controller));
  const v1Mount = mounts.find(({ version, controllers }) => version === 1 && controllers.includes(controller));
  if (v1 !== undefined && v1Mount !== undefined) return { version: 1, folders: foldersOf(v1Mount, v1.path) };
  const v2 = lines.find(({ id }) => id === '0');
  const v2Mount = mounts.find(({ version }) => version === 2);
  return v2 === undefined || v2Mount === undefined ? undefined : { version: 2, folders: foldersOf(v2Mount, v2.path) };
}

/** `4:memory:/a/b`; version 2 is `0::/a/b`. A path may hold colons. */
function membershipOf(line: string): { id: string; controllers: readonly string[]; path: string } {
  const [id = '', controllers = '', ...rest] = line.split(':');
  return { id, controllers: controllers.split(','), path: rest.join(':') };
}

/** `36 35 0:32 /root /mount/point rw - cgroup cgroup rw,memory`, with any number of fields before the dash. */
function mountsOf(mountinfo: string): readonly CgroupMount[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [type, , options = ''] = after.split(' ');
    const [, , , root = '/', folder = ''] = before.split(' ');
    if (type !== 'cgroup' && type !== 'cgroup2') return [];
    return [
      { version: type === 'cgroup' ? 1 : 2, controllers: options.split(','), root, folder } satisfies CgroupMount,
    ];
  });
}

/**
 * In a container the mount shows the container's own group as its top, while the membership may still tell the path on the
 * host: the part that the mount hides is cut off, and a path outside of it (`/..`) is taken for the top.
 */
function foldersOf({ root, folder }: CgroupMount, groupPath: string): readonly string[] {
  const relative = path.posix.relative(root, groupPath);
  const names = relative === '' || relative.startsWith('..') ? [] : relative.split('/');
  return Array.from({ length: names.length + 1 }, (_, level) =>
    path.posix.join(folder, ...names.slice(0, names.length - level)),
  );
}
