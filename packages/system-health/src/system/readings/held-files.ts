import { Buffer } from 'node:buffer';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** More than any process reads again and again; beyond it files are opened for each reading. */
const MOST_HELD = 64;
const CHUNK_BYTES = 65_536;

let buffer = Buffer.allocUnsafe(0);

/**
 * Files of procfs and sysfs that are read again and again: from the second reading on they stay open, which takes a third of the
 * time. The kernel writes them anew whenever they are read from the start.
 */
export class HeldFiles {
  /** Descriptors; `undefined` after the first reading, which may have been the only one. */
  readonly #descriptors = new Map<string, number | undefined>();

  /** The text of a file. Throws what Node.js throws when it cannot be read. */
  read(path: string): string {
    const descriptor = this.#descriptors.get(path);
    if (descriptor !== undefined) return this.#readHeld(path, descriptor);
    const isAgain = this.#descriptors.has(path);
    const text = isAgain ? this.#hold(path) : readFileSync(path, 'utf8');
    if (!isAgain && this.#descriptors.size < MOST_HELD) this.#descriptors.set(path, undefined);
    return text;
  }

  /** Closes all. They can be read again, which opens them. */
  close(): void {
    for (const descriptor of this.#descriptors.values()) if (descriptor !== undefined) closeSync(descriptor);
    this.#descriptors.clear();
  }

  #hold(path: string): string {
    const descriptor = openSync(path, 'r');
    this.#descriptors.set(path, descriptor);
    return this.#readHeld(path, descriptor);
  }

  /** A file that cannot be read any more, such as one of a control group that is gone, is given up. */
  #readHeld(path: string, descriptor: number): string {
    try {
      return textOf(descriptor);
    } catch (error) {
      this.#descriptors.delete(path);
      closeSync(descriptor);
      throw error;
    }
  }
}

/** Long files come in parts, and only an empty one is the end. */
function textOf(descriptor: number): string {
  if (buffer.length === 0) buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let length = 0;
  for (;;) {
    const count = readSync(descriptor, buffer, length, buffer.length - length, length);
    if (count === 0) return buffer.toString('utf8', 0, length);
    length += count;
    if (length === buffer.length) buffer = Buffer.concat([buffer], 2 * length);
  }
}
