import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A package for the archive: its program is a shell script. */
export interface FixturePackage {
  readonly name: string;
  readonly version: string;
  readonly depends?: string;
  /** Path in the package → content. All files are executable. */
  readonly files: Readonly<Record<string, string | Buffer>>;
}

/**
 * Builds an archive of packages on disk, as apt reads it from a `file:` address.
 *
 * @param folder Where the archive is made.
 * @param suites Name of each suite → its packages.
 */
export function buildArchive(folder: string, suites: Readonly<Record<string, readonly FixturePackage[]>>): void {
  for (const [suite, packages] of Object.entries(suites)) {
    const index = packages.map((each) => buildPackage(folder, suite, each)).join('\n');
    const indexPath = `main/binary-${architecture()}/Packages`;
    write(join(folder, 'dists', suite, indexPath), index);
    const hash = createHash('sha256').update(index).digest('hex');
    const release = [
      `Codename: ${suite}`,
      `Date: ${new Date().toUTCString()}`,
      `Architectures: ${architecture()}`,
      'Components: main',
      'SHA256:',
      ` ${hash} ${Buffer.byteLength(index)} ${indexPath}`,
    ];
    write(join(folder, 'dists', suite, 'Release'), `${release.join('\n')}\n`);
  }
}

/** Makes a key pair and gives the function that signs a suite with it. */
export function createSigner(
  home: string,
  name: string,
): { keyring: string; sign: (archive: string, suite: string) => void } {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const gpg = (...rest: string[]) =>
    execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', ...rest], { stdio: 'pipe' });
  gpg('--passphrase', '', '--quick-generate-key', name, 'ed25519', 'sign', 'never');
  const keyring = join(home, `${name}.gpg`);
  writeFileSync(keyring, gpg('--export', name));
  return {
    keyring,
    sign: (archive, suite) => {
      const release = join(archive, 'dists', suite, 'Release');
      gpg('--yes', '--clearsign', '--output', join(dirname(release), 'InRelease'), release);
    },
  };
}

/** The architecture of the host in Debian's words. */
const architecture = (): string => execFileSync('dpkg', ['--print-architecture'], { encoding: 'utf8' }).trim();

/** Builds one package and gives its entry in the index. */
function buildPackage(archive: string, suite: string, { name, version, depends, files }: FixturePackage): string {
  const tree = join(archive, 'build', name);
  const fields = [
    `Package: ${name}`,
    `Version: ${version}`,
    `Architecture: ${architecture()}`,
    'Maintainer: The test <test@localhost>',
    'Description: made for a test',
    ...(depends === undefined ? [] : [`Depends: ${depends}`]),
  ];
  write(join(tree, 'DEBIAN', 'control'), `${fields.join('\n')}\n`);
  for (const [path, content] of Object.entries(files)) {
    write(join(tree, path), content);
    chmodSync(join(tree, path), 0o755);
  }
  const path = join('pool', suite, `${name}_${version}_${architecture()}.deb`);
  mkdirSync(dirname(join(archive, path)), { recursive: true });
  execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, join(archive, path)], { stdio: 'ignore' });
  rmSync(tree, { recursive: true });
  const bytes = readFileSync(join(archive, path));
  const hash = createHash('sha256').update(bytes).digest('hex');
  return `${[...fields, `Filename: ${path}`, `Size: ${bytes.length}`, `SHA256: ${hash}`].join('\n')}\n`;
}

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
