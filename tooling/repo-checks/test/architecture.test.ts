// The shape of the repository. Expectations are literals: whoever adds a package, an entry point or a dependency between
// packages says so here, in the same change.
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { layerViolations } from '../src/core-layers.ts';
import { expectedAddress } from '../src/where-it-lives.ts';
import { exists, filesBelow, packageFolders, readJson, readManifest, readText } from '../src/workspace.ts';

const CORE = '@bduf/metrics-core';

interface PublishedPackage {
  readonly tag: 'core' | 'leaf' | 'testkit';
  readonly entryPoints: readonly string[];
  /** Our packages that its users install with it. */
  readonly uses: readonly string[];
}

const PUBLISHED: Readonly<Record<string, PublishedPackage>> = {
  aggregation: { tag: 'leaf', entryPoints: ['.'], uses: [CORE] },
  alerting: { tag: 'leaf', entryPoints: ['.'], uses: [CORE] },
  business: { tag: 'leaf', entryPoints: ['.', './schema'], uses: [CORE] },
  core: { tag: 'core', entryPoints: ['.', './interfaces', './primitives', './processes'], uses: [] },
  dashboard: { tag: 'leaf', entryPoints: ['.', './schema'], uses: [CORE] },
  exporters: { tag: 'leaf', entryPoints: ['.', './schema'], uses: [CORE] },
  express: { tag: 'leaf', entryPoints: ['.', './sources'], uses: [CORE] },
  integrations: { tag: 'leaf', entryPoints: ['.'], uses: [CORE] },
  mcp: { tag: 'leaf', entryPoints: ['.', './expose'], uses: [CORE] },
  'system-health': { tag: 'leaf', entryPoints: ['.'], uses: [CORE] },
  testkit: { tag: 'testkit', entryPoints: ['.'], uses: [CORE] },
};

const PRIVATE: Readonly<Record<string, { readonly name: string; readonly tag: 'app' | 'bench' | 'tooling' }>> = {
  'apps/docs': { name: '@bduf/docs', tag: 'app' },
  'apps/orchestrator': { name: '@bduf/orchestrator', tag: 'app' },
  'tooling/api': { name: '@bduf/api', tag: 'tooling' },
  'tooling/backends': { name: '@bduf/backends', tag: 'tooling' },
  'tooling/bench': { name: '@bduf/bench', tag: 'bench' },
  'tooling/jest-preset': { name: '@bduf/jest-preset', tag: 'tooling' },
  'tooling/requirements': { name: '@bduf/requirements', tag: 'bench' },
  'tooling/repo-checks': { name: '@bduf/repo-checks', tag: 'tooling' },
  'tooling/tsconfig': { name: '@bduf/tsconfig', tag: 'tooling' },
};

/** What the tests and the build of a published package may use of ours besides what it ships with. */
const TOOLING = ['@bduf/api', '@bduf/backends', '@bduf/jest-preset', '@bduf/tsconfig'];
const FOR_DEVELOPMENT = {
  core: TOOLING,
  testkit: TOOLING,
  leaf: [...TOOLING, '@bduf/metrics-testkit'],
} as const;

/** Where a package is built or checked in a way of its own: the page of the dashboard is compiled before its server. */
const OWN_SCRIPTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dashboard: {
    page: 'node scripts/build-page.mjs',
    build: `rm -rf dist && node scripts/build-page.mjs && ${(readManifest('packages/core').scripts?.['build'] ?? '').replace('rm -rf dist && ', '')}`,
    typecheck: 'tsc -p . && tsc -p page',
  },
};

const NODE_RANGE = '^20.19.0 || >=22.12.0';

const published = Object.entries(PUBLISHED).map(([name, expected]) => {
  const folder = `packages/${name}`;
  return { name, folder, expected, manifest: readManifest(folder) };
});
const privateFolders = Object.entries(PRIVATE).map(([folder, expected]) => ({ folder, ...expected }));

function ours(dependencies: Readonly<Record<string, string>> | undefined): readonly string[] {
  return Object.keys(dependencies ?? {}).filter((name) => name.startsWith('@bduf/'));
}

describe('the workspace', () => {
  it('holds exactly the packages listed here', () => {
    const listed = [...published, ...privateFolders].map(({ folder }) => folder);
    expect(packageFolders().toSorted()).toEqual(listed.toSorted());
  });

  it.each(published)('tags $folder for the boundaries', ({ folder, expected }) => {
    expect(readJson(`${folder}/turbo.json`)).toMatchObject({ extends: ['//'], tags: [expected.tag] });
  });

  it.each(privateFolders)('keeps $folder private, under its name and tag', ({ folder, name, tag }) => {
    expect(readManifest(folder)).toMatchObject({ name, private: true });
    expect(readJson(`${folder}/turbo.json`)).toMatchObject({ extends: ['//'], tags: [tag] });
  });

  it('takes every third-party version from the catalog', () => {
    const strays = ['.', ...packageFolders()].flatMap((folder) => {
      const { dependencies, devDependencies } = readManifest(folder);
      return Object.entries({ ...dependencies, ...devDependencies })
        .filter(([name, version]) => !name.startsWith('@bduf/') && version !== 'catalog:')
        .map(([name, version]) => `${folder}: ${name} ${version}`);
    });
    expect(strays).toEqual([]);
  });

  it('runs the same pnpm everywhere', () => {
    const { packageManager } = readManifest('.');
    expect(packageManager).toMatch(/^pnpm@\d+\.\d+\.\d+$/);
    expect(readText('.ci/run')).toContain(`pnpm=${packageManager}\n`);
  });

  it('can be built by hand with `tsc -b`', () => {
    const references = [...published.map(({ folder }) => folder), 'apps/orchestrator'].map((folder) => ({
      path: `${folder}/tsconfig.build.json`,
    }));
    expect(readJson('tsconfig.json')).toEqual({ files: [], references });
  });

  it('gives all published packages one version and one release', () => {
    expect(new Set(published.map(({ manifest }) => manifest.version)).size).toBe(1);
    expect(readJson('.changeset/config.json')).toMatchObject({
      fixed: [['@bduf/metrics-*']],
      access: 'public',
      baseBranch: 'main',
      privatePackages: { version: false, tag: false },
      ignore: [],
    });
    const outsiders = published
      .map(({ manifest }) => manifest.name)
      .filter((name) => !name.startsWith('@bduf/metrics-'));
    expect(outsiders).toEqual([]);
  });

  it('has change notes only for packages that are published', () => {
    const names = new Set(published.map(({ manifest }) => manifest.name));
    const unknown = filesBelow('.changeset')
      .filter((file) => file.endsWith('.md') && !file.endsWith('README.md'))
      .flatMap((file) => {
        const header = readText(file).split('---')[1] ?? '';
        const named = Array.from(
          header.matchAll(/^['"]?(@[^'":]+)['"]?: (?:major|minor|patch)$/gm),
          ([, name]) => name,
        );
        if (named.length === 0) return [`${file} names no package`];
        return named.filter((name) => name === undefined || !names.has(name)).map((name) => `${file}: ${name}`);
      });
    expect(unknown).toEqual([]);
  });
});

describe.each(published)('$folder', ({ name, folder, expected, manifest }) => {
  it('has the manifest of a published package', () => {
    expect(manifest).toMatchObject({
      name: `@bduf/metrics-${name}`,
      license: 'MIT',
      type: 'module',
      sideEffects: false,
      files: ['dist', '!dist/**/*.tsbuildinfo', 'src'],
      main: './dist/cjs/index.js',
      types: './dist/cjs/index.d.ts',
      publishConfig: { access: 'public' },
      engines: { node: NODE_RANGE },
      scripts: { ...readManifest('packages/core').scripts, ...OWN_SCRIPTS[name] },
    });
    expect(manifest.private).toBeUndefined();
  });

  it('can be found and judged by what its manifest says', () => {
    expect(manifest.description).toMatch(/^[A-Z].{30,}\.$/);
    expect(manifest.author).toBe(readManifest('packages/core').author);
    expect(manifest.keywords).toEqual(expect.arrayContaining(['metrics', 'monitoring']));
    expect(manifest.keywords).toEqual([...new Set(manifest.keywords)].toSorted());
    const { bugs, homepage, repository } = manifest;
    expect({ bugs, homepage, repository }).toEqual(expectedAddress(readManifest('.'), folder));
  });

  it('exports exactly its entry points, as ESM with a CommonJS copy, and no internals', () => {
    const { './package.json': self, './internal/*': internals, ...entries } = manifest.exports ?? {};
    expect(self).toBe('./package.json');
    expect(internals).toBeNull();
    expect(Object.keys(entries)).toEqual(expected.entryPoints);
    for (const entry of Object.values(entries)) {
      const source = (entry as { '@bduf/source': string })['@bduf/source'];
      const built = (extension: string, folderName = 'dist'): string =>
        source.replace(/^\.\/src\/(.*)\.ts$/, `./${folderName}/$1${extension}`);
      const esm = { types: built('.d.ts'), default: built('.js') };
      const cjs = { types: built('.d.ts', 'dist/cjs'), default: built('.js', 'dist/cjs') };
      // The order decides which condition wins, hence entries and not an object.
      expect(Object.entries(entry as object)).toEqual([
        ['@bduf/source', source],
        ['module-sync', esm],
        ['import', esm],
        ['require', cjs],
      ]);
      expect([source, exists(path.join(folder, source))]).toEqual([source, true]);
    }
  });

  it('depends on no more of ours than its place in the graph allows', () => {
    expect(ours(manifest.dependencies)).toEqual(expected.uses);
    expect(ours(manifest.peerDependencies)).toEqual([]);
    expect(ours(manifest.optionalDependencies)).toEqual([]);
    const allowed: readonly string[] = FOR_DEVELOPMENT[expected.tag];
    expect(ours(manifest.devDependencies).filter((each) => !allowed.includes(each))).toEqual([]);
    for (const each of expected.uses) expect(manifest.dependencies?.[each]).toBe('workspace:^');
  });

  it('has a README under its name and a reviewed API report per entry point', () => {
    expect(readText(`${folder}/README.md`).split('\n')[0]).toBe(`# ${manifest.name}`);
    const reports = expected.entryPoints.map((each) => `metrics-${name}${each.slice(1).replace('/', '-')}.api.md`);
    expect(filesBelow(`${folder}/api`).map((file) => path.basename(file))).toEqual(reports.toSorted());
  });

  it('has index files only as entry points, none that re-exports everything, and no grab bags', () => {
    const entries = new Set(
      Object.values(manifest.exports ?? {}).map((entry) =>
        path.join(folder, (entry as Record<string, string> | null)?.['@bduf/source'] ?? ''),
      ),
    );
    const sources = filesBelow(`${folder}/src`);
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.filter((file) => path.basename(file) === 'index.ts' && !entries.has(file))).toEqual([]);
    expect(sources.filter((file) => /^export \*/m.test(readText(file)))).toEqual([]);
    expect(sources.filter((file) => /\b(?:utils?|helpers?|common|misc)\b/.test(file))).toEqual([]);
  });
});

describe('core', () => {
  it('has no third-party dependencies', () => {
    const { dependencies, peerDependencies, optionalDependencies } = readManifest('packages/core');
    expect({ ...dependencies, ...peerDependencies, ...optionalDependencies }).toEqual({});
  });

  it('imports downwards only', () => {
    const source = 'packages/core/src';
    const files = filesBelow(source).map((file) => ({ path: path.relative(source, file), text: readText(file) }));
    expect(layerViolations(files)).toEqual([]);
  });
});
