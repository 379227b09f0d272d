import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/**
 * What the committed file of that name says an output should be. `UPDATE_GOLDEN=1` writes the file first, for a change
 * of format that is meant.
 */
export function golden(name: string, output: string): string {
  const file = path.join(process.cwd(), 'test', 'golden', name);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, output);
  return readFileSync(file, 'utf8');
}
