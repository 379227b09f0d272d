import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { readManifest, repositoryRoot } from './workspace.ts';

/** How a command ended. */
export interface Outcome {
  readonly status: number | null;
  /** Standard output and standard error. */
  readonly output: string;
}

/** The configuration that is under test: the repository's own files, not copies kept for the tests. */
const REAL_CONFIGURATION = ['.oxlintrc.json', 'knip.json', 'turbo.json', 'tooling/tsconfig/base.json'];

/** A linter that strays out of the small workspace is stopped instead of reading the whole disk. */
const COMMAND_TIMEOUT_MS = 120_000;

const USES_CORE = { dependencies: { '@bduf/metrics-core': 'workspace:^' } };
const CORE_USER =
  "import { answer } from '@bduf/metrics-core/interfaces';\n\nexport const twice: number = answer * 2;\n";

const CLEAN_PACKAGES = [
  { folder: 'leaf', tag: 'leaf' },
  { folder: 'other', tag: 'leaf' },
  { folder: 'testkit', tag: 'testkit' },
] as const;

/**
 * A small workspace in a temporary folder that obeys all rules and is checked with the real configuration. Tests seed
 * violations into it. Delete it with `remove`.
 */
export class FixtureWorkspace {
  readonly #root = mkdtempSync(path.join(tmpdir(), 'bduf-fixture-'));

  constructor() {
    for (const file of REAL_CONFIGURATION) {
      mkdirSync(path.dirname(this.#path(file)), { recursive: true });
      copyFileSync(path.join(repositoryRoot, file), this.#path(file));
    }
    // One link for the one types package that base.json names. Never a link to all of node_modules: linters follow it.
    mkdirSync(this.#path('node_modules/@types'), { recursive: true });
    symlinkSync(path.resolve('node_modules/@types/node'), this.#path('node_modules/@types/node'));
    this.write('package.json', { name: 'fixture', type: 'module', packageManager: readManifest('.').packageManager });
    this.write('pnpm-workspace.yaml', { packages: ['packages/*'] });
    this.write('pnpm-lock.yaml', { lockfileVersion: '9.0' });
    this.#addCore();
    for (const { folder, tag } of CLEAN_PACKAGES) {
      this.#addPackage(folder, tag, USES_CORE);
      this.write(`packages/${folder}/src/index.ts`, CORE_USER);
    }
  }

  /** Writes a file; anything but a string becomes JSON. */
  write(file: string, content: unknown): void {
    mkdirSync(path.dirname(this.#path(file)), { recursive: true });
    writeFileSync(this.#path(file), typeof content === 'string' ? content : JSON.stringify(content));
  }

  /** Replaces the manifest of a package by its identity and the given fields. */
  writeManifest(folder: string, fields: object): void {
    const identity = { name: `@bduf/metrics-${folder}`, version: '1.0.0', type: 'module', exports: './src/index.ts' };
    this.write(`packages/${folder}/package.json`, { ...identity, ...fields });
  }

  /** Runs a command of the repository's own node_modules in the workspace. */
  run(command: string, ...parameters: readonly string[]): Outcome {
    return this.#spawn('.', path.join(repositoryRoot, 'node_modules/.bin', command), parameters);
  }

  /** Runs a script of the repository in a folder of the workspace. */
  runScript(folder: string, script: string, ...parameters: readonly string[]): Outcome {
    return this.#spawn(folder, process.execPath, [path.join(repositoryRoot, script), ...parameters]);
  }

  /** Deletes the workspace. */
  remove(): void {
    rmSync(this.#root, { recursive: true });
  }

  #spawn(folder: string, file: string, parameters: readonly string[]): Outcome {
    // As pnpm does: the linter looks for its type-aware half there.
    const search = [path.join(repositoryRoot, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(path.delimiter);
    const options = {
      cwd: this.#path(folder),
      encoding: 'utf8',
      timeout: COMMAND_TIMEOUT_MS,
      env: { ...process.env, PATH: search },
    } as const;
    const { status, stdout, stderr, error } = spawnSync(file, parameters, options);
    if (error) throw error;
    return { status, output: stdout + stderr };
  }

  #path(file: string): string {
    return path.join(this.#root, file);
  }

  #addPackage(folder: string, tag: string, fields: object): void {
    this.writeManifest(folder, fields);
    this.write(`packages/${folder}/turbo.json`, { extends: ['//'], tags: [tag] });
    this.write(`packages/${folder}/tsconfig.json`, { extends: '../../tooling/tsconfig/base.json' });
  }

  #addCore(): void {
    const entries = { '.': './src/index.ts', './interfaces': './src/interfaces/index.ts' };
    this.#addPackage('core', 'core', { exports: entries });
    this.write('packages/core/src/index.ts', "export { answer } from './interfaces/index.ts';\n");
    this.write('packages/core/src/interfaces/index.ts', 'export const answer = 42;\n');
    mkdirSync(this.#path('node_modules/@bduf'));
    symlinkSync(this.#path('packages/core'), this.#path('node_modules/@bduf/metrics-core'));
  }
}
