// Each checker is shown a violation of each rule that this repository relies on. A checker that reads no files, or whose
// rule has lost its effect, is red here instead of green everywhere.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CORE_LAYERS, layerViolations } from '../src/core-layers.ts';
import { FixtureWorkspace, type Outcome } from '../src/fixture-workspace.ts';
import { expectedAddress } from '../src/where-it-lives.ts';
import { proseViolations } from '../src/prose-rules.ts';

const workspaces: FixtureWorkspace[] = [];

/** A workspace that obeys all rules but for the seeded files. */
function workspaceWith(seeds: Readonly<Record<string, string>>): FixtureWorkspace {
  const workspace = new FixtureWorkspace();
  workspaces.push(workspace);
  for (const [file, text] of Object.entries(seeds)) workspace.write(file, text);
  return workspace;
}

afterAll(() => {
  for (const workspace of workspaces) workspace.remove();
});

function importingOwn(specifier: string): string {
  return `import type { Own } from '${specifier}';\n\nexport type Copy = Own;\n`;
}

/** The files of core that import each layer from each, at two depths, where `isSeeded` says so. */
function layerSeeds(isSeeded: (from: number, to: number) => boolean): Readonly<Record<string, string>> {
  const pairs = CORE_LAYERS.flatMap((sources, from) =>
    CORE_LAYERS.flatMap((targets, to) =>
      sources.flatMap((source) => (isSeeded(from, to) ? targets.map((target) => [source, target] as const) : [])),
    ),
  );
  return Object.fromEntries(
    pairs.flatMap(([source, target]) => [
      [`packages/core/src/${target}/own.ts`, 'export interface Own {\n  readonly own: 1;\n}\n'],
      [`packages/core/src/${source}/from-${target}.ts`, importingOwn(`../${target}/own.ts`)],
      [`packages/core/src/${source}/deep/from-${target}.ts`, importingOwn(`../../${target}/own.ts`)],
    ]),
  );
}

describe('oxlint', () => {
  const restricted = ['eslint(no-restricted-imports)'];
  const forbiddenForLeaves = {
    root: "import { answer } from '@bduf/metrics-core';\n\nexport const copy: number = answer;\n",
    'root-type': "import type { Answer } from '@bduf/metrics-core';\n\nexport type Copy = Answer;\n",
    'root-reexport': "export { answer } from '@bduf/metrics-core';\n",
    'root-lazy': "export const lazy = (): Promise<unknown> => import('@bduf/metrics-core');\n",
    sibling: "import type { Answer } from '@bduf/metrics-other';\n\nexport type Copy = Answer;\n",
    internal: "import type { Answer } from '@bduf/metrics-core/internal/answer.js';\n\nexport type Copy = Answer;\n",
    below: "import type { Answer } from '@bduf/metrics-core/interfaces/answer.js';\n\nexport type Copy = Answer;\n",
    reach: "import type { Answer } from '../../core/src/index.ts';\n\nexport type Copy = Answer;\n",
  };
  const leafSeeds = Object.fromEntries(
    ['leaf', 'testkit'].flatMap((folder) =>
      Object.entries(forbiddenForLeaves).map(([name, text]) => [`packages/${folder}/src/${name}.ts`, text]),
    ),
  );
  const upwardSeeds = layerSeeds((from, to) => from < to);
  const coreSeeds = {
    'packages/core/src/interfaces/run.ts':
      "import { sep } from 'node:path';\n\nexport const separator: string = sep;\n",
    'packages/core/src/metrics/self.ts': "export { answer } from '@bduf/metrics-core/interfaces';\n",
  };
  const cycleSeeds = {
    'packages/other/src/a.ts': "import { b } from './b.ts';\n\nexport const a = (): number => b;\n",
    'packages/other/src/b.ts': "import { a } from './a.ts';\n\nexport const b: number = a();\n",
    'packages/other/src/c.ts': "import type { D } from './d.ts';\n\nexport type C = D | 1;\n",
    'packages/other/src/d.ts': "import type { C } from './c.ts';\n\nexport type D = { readonly c: C };\n",
  };
  const singleSeeds = {
    'packages/other/src/import-type.ts': "export type Copy = import('@bduf/metrics-core').Answer;\n",
    'packages/other/src/promise.ts': 'export function forget(): void {\n  Promise.resolve(1);\n}\n',
    'packages/other/src/default.ts': 'export default 1;\n',
    'packages/other/src/any.ts': 'export function loose(value: any): void {\n  void value;\n}\n',
    'packages/other/src/wrong_name.ts': 'export const one = 1;\n',
  };

  /** The rules that each file breaks. */
  const rules = new Map<string, string[]>();
  let outcome: Outcome;
  beforeAll(() => {
    const seeds = { ...leafSeeds, ...upwardSeeds, ...coreSeeds, ...cycleSeeds, ...singleSeeds };
    outcome = workspaceWith(seeds).run('oxlint', '--format=unix');
    for (const [, file = '', rule = ''] of outcome.output.matchAll(/^(\S+?):\d+:\d+: .*\[Error\/(.+?)\]$/gm)) {
      rules.set(file, [...(rules.get(file) ?? []), rule]);
    }
  });

  it('accepts what the rules allow, such as imports from a higher to a lower layer of core', () => {
    const { status, output } = workspaceWith(layerSeeds((from, to) => from > to)).run('oxlint');
    expect(output).toMatch(/Found 0 warnings and 0 errors/);
    expect(status).toBe(0);
  });

  it('fails when something is wrong', () => {
    expect(outcome.status).toBe(1);
  });

  it('reports every import that leaves and testkit must not have', () => {
    for (const file of Object.keys(leafSeeds)) expect([file, rules.get(file)]).toEqual([file, restricted]);
  });

  it('reports every way up the layers of core', () => {
    const importing = Object.keys(upwardSeeds).filter((file) => file.includes('from-'));
    // At two depths: 10 folders are above interfaces, 9 above primitives, 5 above each of the next four, and so on.
    expect(importing).toHaveLength(2 * (10 + 9 + 4 * 5 + 4 + 2 * 2 + 1));
    for (const file of importing) expect([file, rules.get(file)]).toEqual([file, restricted]);
  });

  it('reports interfaces that run code of others, and core naming one of our packages', () => {
    for (const file of Object.keys(coreSeeds)) expect([file, rules.get(file)]).toEqual([file, restricted]);
  });

  it('reports import cycles, of types too', () => {
    for (const file of Object.keys(cycleSeeds)) expect([file, rules.get(file)]).toEqual([file, ['import(no-cycle)']]);
  });

  it.each([
    ['import-type', 'typescript(consistent-type-imports)'],
    ['promise', 'typescript(no-floating-promises)'],
    ['default', 'import(no-default-export)'],
    ['any', 'typescript(no-explicit-any)'],
    ['wrong_name', 'unicorn(filename-case)'],
  ])('reports %s as %s', (name, rule) => {
    expect(rules.get(`packages/other/src/${name}.ts`)).toContain(rule);
  });
});

describe('turbo boundaries', () => {
  it('accepts the clean workspace', () => {
    const { status, output } = workspaceWith({}).run('turbo', 'boundaries');
    expect(output).toContain('Checked 5 files in 4 packages, no issues found');
    expect(status).toBe(0);
  });

  it('reports packages that are not declared, files of other packages and forbidden dependencies', () => {
    const workspace = workspaceWith({
      'packages/leaf/src/undeclared.ts': "export { z } from 'zod';\n",
      'packages/leaf/test/reach.ts': "export { answer } from '../../core/src/index.ts';\n",
    });
    workspace.writeManifest('core', { devDependencies: { '@bduf/metrics-testkit': 'workspace:*' } });
    workspace.writeManifest('other', { dependencies: { '@bduf/metrics-leaf': 'workspace:*' } });
    const { status, output } = workspace.run('turbo', 'boundaries');
    // Long messages are wrapped in a frame.
    const text = output.replaceAll(/[\s|]+/g, ' ');
    expect(status).toBe(1);
    expect(text).toContain('cannot import package `zod` because it is not a dependency');
    expect(text).toContain('import `../../core/src/index.ts` leaves the package');
    for (const [dependency, dependent] of [
      ['testkit', 'core'],
      ['leaf', 'other'],
    ]) {
      expect(text).toContain(
        `\`@bduf/metrics-${dependency}\` found without any tag listed in allowlist for \`@bduf/metrics-${dependent}\``,
      );
    }
  });
});

describe('knip', () => {
  const shipped = ['--production', '--strict', '--no-config-hints'];

  it('accepts the clean workspace', () => {
    const workspace = workspaceWith({});
    expect(workspace.run('knip', '--no-config-hints')).toEqual({ status: 0, output: '' });
    expect(workspace.run('knip', ...shipped)).toEqual({ status: 0, output: '' });
  });

  it('reports a file that nothing imports', () => {
    const workspace = workspaceWith({ 'packages/leaf/src/orphan.ts': 'export const orphan = 1;\n' });
    const { status, output } = workspace.run('knip', '--no-config-hints');
    expect(output).toMatch(/Unused files \(1\)\s+packages\/leaf\/src\/orphan\.ts/);
    expect(status).toBe(1);
  });

  it('reports shipped code that imports a development dependency', () => {
    const workspace = workspaceWith({ 'packages/core/src/index.ts': "export { z } from 'zod';\n" });
    workspace.writeManifest('core', { devDependencies: { zod: '4.0.0' } });
    const { status, output } = workspace.run('knip', ...shipped);
    expect(output).toMatch(/Unlisted dependencies \(1\)\s+zod\s+packages\/core\/src\/index\.ts/);
    expect(status).toBe(1);
  });
});

describe('api-report', () => {
  it('reports what is undocumented, forgotten, linked to nothing or not reviewed', () => {
    const workspace = workspaceWith({
      'packages/leaf/api/metrics-leaf.api.md': '## API Report File for "@bduf/metrics-leaf"\n',
      'packages/leaf/dist/index.d.ts': `export { Covered, Forgetful, Links, bare, One } from './all.js';\n`,
      'packages/leaf/dist/other.d.ts': `export type { Elsewhere } from './all.js';\n`,
      'packages/leaf/dist/all.d.ts': `
/** A contract. */
export interface Contract {
  /** Documented here. */
  inherited(): void;
  bareInContract(): void;
}
/** Implements it. */
export declare class Covered implements Contract {
  constructor();
  inherited(): void;
  bareInContract(): void;
}
interface Forgotten {}
/** Exported by the other entry point. */
export interface Elsewhere {}
/** Uses both. */
export interface Forgetful {
  /** Not exported. */
  readonly forgotten: Forgotten;
  /** Exported elsewhere. */
  readonly elsewhere: Elsewhere;
}
/** See {@link Elsewhere}, {@link One} and {@link Nowhere}. */
export interface Links {}
export declare function bare(): void;
/** A constant. */
export declare const One: { readonly ONE: 'one' };
/** Its type. */
export type One = 'one';
`,
    });
    const types = (file: string): object => ({ import: { types: `./dist/${file}.d.ts` } });
    workspace.writeManifest('leaf', { exports: { '.': types('index'), './other': types('other') } });

    const { status, output } = workspace.runScript('packages/leaf', 'tooling/api/report.mjs');
    expect(status).toBe(1);
    expect(output).toContain('You have changed the API signature for this project');
    const errors = Array.from(
      output.matchAll(/\((ae-[\w-]+|tsdoc-[\w-]+)\).*?"(?:.* ")?([\w()]+)"/g),
      ([, id, name]) => `${id} ${name}`,
    );
    expect(errors.toSorted()).toEqual([
      'ae-forgotten-export Contract',
      'ae-forgotten-export Forgotten',
      'ae-undocumented bare',
      'ae-undocumented bareInContract',
      'ae-unresolved-link Nowhere',
    ]);
  });
});

describe('our own checks', () => {
  it('report every direction against the layers, and folders in no layer', () => {
    const files = [
      { path: 'index.ts', text: "export { a } from './collector/a.ts';" },
      { path: 'metrics/fine.ts', text: "import { b } from '../labels/b.ts'; import './deep/c.ts';" },
      { path: 'metrics/deep/up.ts', text: "import { b } from '../../registry/b.ts';" },
      { path: 'labels/lazy.ts', text: "const b = await import('../index.ts');" },
      { path: 'storage/type.ts', text: "export type { B } from '../unknown/b.ts';" },
      { path: 'unknown/b.ts', text: '' },
    ];
    expect(layerViolations(files)).toEqual([
      'metrics/deep/up.ts imports registry/b.ts',
      'labels/lazy.ts imports index.ts',
      'storage/type.ts imports unknown/b.ts',
      'unknown/b.ts: its folder is in no layer',
    ]);
  });

  it('report open tasks without an issue and paths of a machine', () => {
    const open = ['TO', 'DO'].join('');
    const text = [`// ${open}: later`, `// ${open}(#12): later`, ['see /home', 'me/notes'].join('/')].join('\n');
    expect(proseViolations('a.ts', text)).toEqual([
      'a.ts:1: open task without an issue, write TODO(#12)',
      "a.ts:3: folder of one person's machine",
    ]);
  });

  it('want the address of the root in every package, and none where the root has none', () => {
    const url = 'git+https://code.example/metrics.git';
    expect(expectedAddress({ name: 'root', repository: { type: 'git', url } }, 'packages/core')).toEqual({
      bugs: 'https://code.example/metrics/issues',
      homepage: 'https://code.example/metrics/tree/main/packages/core#readme',
      repository: { type: 'git', url, directory: 'packages/core' },
    });
    expect(expectedAddress({ name: 'root' }, 'packages/core').repository).toBeUndefined();
  });
});
