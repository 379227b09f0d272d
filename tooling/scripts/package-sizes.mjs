import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const PAGE = path.resolve(import.meta.dirname, '../../apps/docs/sizes.md');
/** A package may grow or shrink by this share before the page has to be written anew. */
const TOLERANCE = 0.25;
const REMEDY = 'write the page anew with `node tooling/scripts/smoke.mjs --write-sizes`';

/**
 * @typedef {object} PackageSize
 * @property {string} name
 * @property {number} packedBytes Size of the tarball, what is downloaded.
 * @property {number} unpackedBytes Size in node_modules.
 * @property {number} files
 */

/**
 * @param {{ name: string, size: number, files: readonly { path: string }[] }[]} packed What `pnpm pack --json` says.
 * @param {(name: string) => string} folderOf The folder that a package was packed from.
 * @returns {PackageSize[]}
 */
export function packageSizes(packed, folderOf) {
  return packed
    .map(({ name, size, files }) => ({
      name,
      packedBytes: size,
      // The licence comes from the root.
      unpackedBytes: files
        .map((file) => path.join(folderOf(name), file.path))
        .filter((file) => existsSync(file))
        .reduce((sum, file) => sum + statSync(file).size, 0),
      files: files.length,
    }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

/** Writes the page that lists the sizes. */
export function writeSizesPage(sizes) {
  writeFileSync(PAGE, sizesPage(sizes));
}

/**
 * Throws when the page lacks a package or has one too many.
 *
 * @returns {string[]} Where the page is far from the truth, which a release must not be.
 */
export function checkSizesPage(sizes) {
  const rows = [...readFileSync(PAGE, 'utf8').matchAll(/^\| `(\S+)` +\| +([\d,]+) kB/gm)];
  const listed = new Map(rows.map(([, name, size]) => [name, Number(size.replaceAll(',', ''))]));
  const names = sizes.map(({ name }) => name);
  const wrong = [
    ...names.filter((name) => !listed.has(name)).map((name) => `${name} is not listed`),
    ...[...listed.keys()].filter((name) => !names.includes(name)).map((name) => `${name} is listed and not packed`),
  ];
  if (wrong.length > 0) throw new Error([...wrong, REMEDY].join('\n'));
  return sizes
    .filter(({ name, packedBytes }) => {
      const was = listed.get(name);
      return Math.abs(packedBytes / 1000 - was) > Math.max(1, was * TOLERANCE);
    })
    .map(({ name, packedBytes }) => `${name} has ${kilobytes(packedBytes)}, listed is ${listed.get(name)}; ${REMEDY}`);
}

function sizesPage(sizes) {
  const rows = sizes.map(
    ({ name, packedBytes, unpackedBytes, files }) =>
      `| \`${name}\` | ${kilobytes(packedBytes)} | ${kilobytes(unpackedBytes)} | ${files} |`,
  );
  return `# Package sizes

What \`npm install\` downloads and what it leaves on disk. A package holds its ESM build, its CommonJS build, types, source maps and
sources, so what a bundler takes of it is a small part. Of ours, every package depends on \`@bduf/metrics-core\` alone, which depends
on nothing.

Written by \`node tooling/scripts/smoke.mjs --write-sizes\`; \`verify\` tells when a package differs by more than a quarter.

| package | download | on disk | files |
| --- | --: | --: | --: |
${rows.join('\n')}
`;
}

function kilobytes(bytes) {
  return `${Math.round(bytes / 1000).toLocaleString('en')} kB`;
}
