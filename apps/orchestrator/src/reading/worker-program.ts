import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The program of worker threads and processes; it runs as sources where this file does. */
export const WORKER_PROGRAM = fileURLToPath(new URL(`worker-main${path.extname(import.meta.url)}`, import.meta.url));
