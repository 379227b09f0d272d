import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { architectureDiagram } from '../src/architecture-diagram.ts';
import { filesBelow, readManifest, readText } from '../src/workspace.ts';

const diagram = architectureDiagram(readText('apps/docs/architecture.md'));
const packages = filesBelow('packages')
  .filter((file) => /^packages\/[^/]+\/package\.json$/.test(file))
  .map((file) => file.split('/')[1] ?? '');
/** Folders of core that have an entry point of their own; what stands elsewhere belongs to the root. */
const ENTRY_FOLDERS = ['interfaces', 'primitives', 'processes'];

function specifiers(file: string): readonly string[] {
  return Array.from(readText(file).matchAll(/\bfrom '(?<from>[^']+)'/g), ({ groups }) => groups?.['from'] ?? '');
}

/** Which of our packages, or entry points of core, a shipped file imports. */
function importsOf(file: string): readonly string[] {
  return specifiers(file)
    .filter((specifier) => specifier.startsWith('@bduf/'))
    .map((specifier) => specifier.replace(/^@bduf\/metrics-/, '').replace(/^core\//, ''));
}

function partOfCore(file: string): string {
  const folder = path.posix.relative('packages/core/src', file).split('/')[0] ?? '';
  return ENTRY_FOLDERS.includes(folder) ? folder : 'root';
}

describe('the drawing of the architecture', () => {
  it('shows every package once', () => {
    const drawn = [...diagram.groups].flatMap(([group, members]) => (group === 'core' ? ['core'] : members));
    expect(drawn.toSorted()).toEqual(packages.toSorted());
    expect(diagram.groups.get('core')?.toSorted()).toEqual([...ENTRY_FOLDERS, 'root'].toSorted());
  });

  it('has an arrow for every import between packages and parts of the core, and no other', () => {
    const between = packages
      .filter((name) => name !== 'core')
      .flatMap((name) =>
        filesBelow(`packages/${name}/src`)
          .filter((file) => file.endsWith('.ts'))
          .flatMap((file) => importsOf(file).map((target) => `${name} > ${target}`)),
      );
    const inside = filesBelow('packages/core/src').flatMap((file) =>
      specifiers(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => partOfCore(path.posix.join(path.posix.dirname(file), specifier)))
        .filter((target) => target !== partOfCore(file))
        .map((target) => `${partOfCore(file)} > ${target}`),
    );
    expect(diagram.imports).toEqual([...new Set([...between, ...inside])].toSorted());
  });

  it('lets the demo compose whatever it depends on', () => {
    const composed = new Set(diagram.composition);
    const { dependencies } = readManifest('apps/orchestrator');
    const used = Object.keys(dependencies ?? {}).filter((name) => name.startsWith('@bduf/metrics-'));
    expect(used.length).toBeGreaterThan(5);
    const nodes = used.map((name) => name.replace('@bduf/metrics-', '').replace(/^core$/, 'root'));
    expect(nodes.filter((name) => !composed.has(`orchestrator > ${name}`))).toEqual([]);
  });

  it('is read with groups and both kinds of arrow', () => {
    const chart = ['subgraph g', 'a', 'b', 'end', 'g & c --> d & e', 'f -.-> g'].join('\n');
    expect(architectureDiagram(`# Page\n\n\`\`\`mermaid\nflowchart TB\n${chart}\n\`\`\`\n`)).toEqual({
      groups: new Map([['g', ['a', 'b']]]),
      imports: ['a > d', 'a > e', 'b > d', 'b > e', 'c > d', 'c > e'],
      composition: ['f > a', 'f > b'],
    });
  });
});
