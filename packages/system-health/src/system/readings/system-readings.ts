/** Cumulative CPU time in seconds: of all CPUs, since the machine started. */
export interface HostCpuTime {
  /** Time in which a CPU did something. */
  readonly busy: number;
  /** All time. */
  readonly total: number;
}

/** Space of a file system, in bytes. */
export interface FileSystemSpace {
  /** In all. */
  readonly size: number;
  /** Not in use. */
  readonly free: number;
  /** Not in use and open to all users; the rest of `free` is reserved. */
  readonly available: number;
}

/**
 * What the machine says of itself. All numbers come through it, so that tests can play any machine. None of its calls
 * starts a process; only `statfs` may take long.
 */
export interface SystemReadings {
  /** As `process.platform`. */
  readonly platform: string;
  /** Text of a file, or `undefined` when there is none that can be read. For procfs and sysfs, which never wait for a disk. */
  readonly readText: (path: string) => string | undefined;
  /** Names in a folder, or `undefined` when there is none. */
  readonly list: (path: string) => readonly string[] | undefined;
  /** What `stat` says is the size of a file or folder, or `undefined`. */
  readonly sizeOf: (path: string) => number | undefined;
  /** Space of the file system that holds a path. May never settle, as on a dead network mount. */
  readonly statfs: (path: string) => Promise<FileSystemSpace>;
  /** CPU time of the host, where `/proc/stat` does not say it. */
  readonly hostCpuTime: () => HostCpuTime;
  /** CPUs the process may run on. */
  readonly cpuCount: () => number;
  /** Memory of the host in bytes. */
  readonly totalMemory: () => number;
  /** Memory of the host that is not in use, in bytes. */
  readonly freeMemory: () => number;
  /** CPU time of the process in seconds. */
  readonly processCpuTime: () => { readonly user: number; readonly system: number };
  /** Memory of the process that is resident, in bytes. */
  readonly residentMemory: () => number;
  /** Seconds since the process started. */
  readonly processUptime: () => number;
  /** Milliseconds the event loop was active and idle so far. */
  readonly eventLoopTime: () => { readonly active: number; readonly idle: number };
}
