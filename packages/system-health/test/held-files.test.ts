import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MetricsCollector } from '@bduf/metrics-core';
import { ManualClock } from '@bduf/metrics-core/primitives';
import { SystemMetricsCollection } from '@bduf/metrics-system-health';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HeldFiles } from '../src/system/readings/held-files.ts';

/** Files that this process holds open below a folder. */
function heldBelow(...folders: readonly string[]): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const file = readlinkSync(`/proc/self/fd/${descriptor}`);
      return folders.some((folder) => file.startsWith(folder)) ? [file] : [];
    } catch {
      return [];
    }
  });
}

describe('files that are read again and again', () => {
  let folder: string;
  let files: HeldFiles;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'held-'));
    files = new HeldFiles();
  });
  afterEach(() => {
    files.close();
    rmSync(folder, { recursive: true });
  });

  it('give what is in them now, however long, in whatever script', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 3000 }))),
        (contents) => {
          const file = path.join(folder, 'file');
          for (const [text, times] of contents) {
            writeFileSync(file, text.repeat(times));
            expect(files.read(file)).toBe(readFileSync(file, 'utf8'));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('stay open from the second reading on, at most 64 of them, until they are closed', () => {
    const paths = Array.from({ length: 80 }, (_, at) => path.join(folder, String(at)));
    for (const file of paths) writeFileSync(file, file);
    for (const file of paths) files.read(file);
    expect(heldBelow(folder)).toEqual([]);
    for (let time = 0; time < 3; time++) for (const file of paths) expect(files.read(file)).toBe(file);
    expect(heldBelow(folder)).toHaveLength(64);
    files.close();
    expect(heldBelow(folder)).toEqual([]);
    expect(files.read(paths[0] ?? '')).toBe(paths[0]);
  });

  it('are given up when they cannot be read any more', () => {
    // Of a process that is gone the kernel says nothing, though its file is still open; a folder stands for it here.
    expect(() => files.read(folder)).toThrow('EISDIR');
    expect(() => files.read(folder)).toThrow('EISDIR');
    const missing = path.join(folder, 'later');
    expect(() => files.read(missing)).toThrow('ENOENT');
    writeFileSync(missing, 'now');
    expect(files.read(missing)).toBe('now');
    expect(heldBelow(folder)).toEqual([]);
  });
});

it('system metrics give their files back when they stop', async () => {
  const clock = new ManualClock();
  const metrics = new MetricsCollector({ clock });
  const before = heldBelow('/proc/', '/sys/');
  const system = new SystemMetricsCollection(metrics, { clock });
  for (let sample = 0; sample < 3; sample++) {
    clock.advance(1000);
    await metrics.gather();
  }
  expect(heldBelow('/proc/', '/sys/').length).toBeGreaterThan(before.length);
  system.stop();
  expect(heldBelow('/proc/', '/sys/')).toEqual(before);
});
