import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** The part of a package.json that the checks read. */
export interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly author?: string;
  readonly repository?: { readonly type?: string; readonly url?: string; readonly directory?: string };
  readonly homepage?: string;
  readonly bugs?: string | { readonly url?: string };
  readonly license?: string;
  readonly main?: string;
  readonly types?: string;
  readonly files?: readonly string[];
  readonly publishConfig?: { readonly access?: string };
  readonly engines?: { readonly node?: string };
  readonly packageManager?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The root of the repository. Jest runs in this package's own folder. */
export const repositoryRoot: string = path.resolve(process.cwd(), '../..');

/** Folders that hold results of commands, never sources. */
const GENERATED = new Set(['.git', '.turbo', 'coverage', 'dist', 'node_modules', 'reports']);

/** The folders of all packages, such as "packages/core", as pnpm-workspace.yaml selects them. */
export function packageFolders(): readonly string[] {
  return ['packages', 'apps', 'tooling']
    .flatMap((group) => readdirSync(path.join(repositoryRoot, group)).map((name) => `${group}/${name}`))
    .filter((folder) => existsSync(path.join(repositoryRoot, folder, 'package.json')));
}

/** The package.json of a folder, "." for the root. */
export function readManifest(folder: string): Manifest {
  return readJson(path.join(folder, 'package.json')) as Manifest;
}

/** Parses a JSON file of the repository. */
export function readJson(relativePath: string): unknown {
  return JSON.parse(readText(relativePath));
}

/** A text file of the repository. */
export function readText(relativePath: string): string {
  return readFileSync(path.join(repositoryRoot, relativePath), 'utf8');
}

/** Whether a file of the repository exists. */
export function exists(relativePath: string): boolean {
  return existsSync(path.join(repositoryRoot, relativePath));
}

/** All files below a folder, with "/" and relative to the root, without generated ones; none if it does not exist. */
export function filesBelow(folder: string): readonly string[] {
  if (!exists(folder)) return [];
  return readdirSync(path.join(repositoryRoot, folder), { withFileTypes: true }).flatMap((entry) => {
    const relativePath = folder === '.' ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return entry.isFile() ? [relativePath] : [];
    return GENERATED.has(entry.name) || relativePath.endsWith('test/readme') ? [] : filesBelow(relativePath);
  });
}
