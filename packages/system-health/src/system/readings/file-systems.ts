import { type StatsFs, statfsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import process from 'node:process';
import type { FileSystemSpace } from './system-readings.ts';

/** Magic numbers (statfs(2)) of file systems that answer from memory: ext4, XFS, Btrfs, F2FS, ZFS, tmpfs, overlay. */
const LOCAL_TYPES: ReadonlySet<number> = new Set([
  0xef_53, 0x58_46_53_42, 0x91_23_68_3e, 0xf2_f5_20_10, 0x2f_c1_2f_c1, 0x01_02_19_94, 0x79_4c_76_30,
]);

/**
 * Space of file systems. Only one that showed itself to be local is asked at once, for a twentieth of the cost: a network mount
 * may never answer, and the threads of Node.js wait for it.
 */
export class FileSystems {
  readonly #local = new Set<string>();

  /** Space of the file system that holds a path. */
  async space(path: string): Promise<FileSystemSpace> {
    const stats = this.#local.has(path) ? statfsSync(path) : await statfs(path);
    // Something else may be mounted there by now.
    if (process.platform === 'linux' && LOCAL_TYPES.has(stats.type)) this.#local.add(path);
    else this.#local.delete(path);
    return spaceOf(stats);
  }
}

function spaceOf({ bsize, blocks, bfree, bavail }: StatsFs): FileSystemSpace {
  return { size: blocks * bsize, free: bfree * bsize, available: bavail * bsize };
}
