// The documentation says what is so. Each check is shown a text that it must refuse.
import { describe, expect, it } from '@jest/globals';
import { brokenLinks } from '../src/broken-links.ts';
import { errorPageFaults } from '../src/error-page.ts';
import { exists, filesBelow, packageFolders, readManifest, readText } from '../src/workspace.ts';

const sources = ['packages', 'apps']
  .flatMap((group) => filesBelow(group))
  .filter((file) => /\/src\/.*\.ts$/.test(file));

describe('the errors page', () => {
  it('has every code of the sources, with cause and remedy, and no other', () => {
    expect(sources.length).toBeGreaterThan(300);
    expect(errorPageFaults(readText('apps/docs/errors.md'), sources.map(readText))).toEqual({
      undocumented: [],
      stale: [],
      incomplete: [],
    });
  });

  it('is refused when a code is missing, invented, told twice or without a remedy', () => {
    const prefix = 'METRICS_ERR';
    const page = [
      `### \`${prefix}_KNOWN\`\n\nCause: a.\nRemedy: b.\n`,
      `### \`${prefix}_OLD\`\n\nCause: a.\nRemedy: b.\n`,
      `### \`${prefix}_HALF\`\n\nCause: a.\n`,
      `### \`${prefix}_TWICE\`\n\nCause: a.\nRemedy: b.\n`.repeat(2),
    ].join('\n');
    const source = [
      `throw new MetricsError('${prefix}_KNOWN', '${prefix}_HALF', '${prefix}_TWICE', '${prefix}_NEW');`,
      `/** @throws \`${prefix}_OLD\`, \`${prefix}_IN_COMMENT\` and \`${prefix}_<WHAT>\`. */`,
    ];
    expect(errorPageFaults(page, source)).toEqual({
      undocumented: [`${prefix}_IN_COMMENT`, `${prefix}_NEW`],
      stale: [`${prefix}_OLD`],
      incomplete: [`${prefix}_HALF`, `${prefix}_TWICE`, `${prefix}_TWICE`],
    });
  });
});

describe('the links of the Markdown files', () => {
  const pages = filesBelow('.').filter((file) => file.endsWith('.md') && !file.startsWith('.changeset/'));

  it('lead to files and headings that exist', () => {
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'apps/docs/errors.md', 'packages/core/README.md']));
    const broken = pages.flatMap((file) => brokenLinks(file, readText, exists).map((target) => `${file}: ${target}`));
    expect(broken).toEqual([]);
  });

  it('are refused when they lead nowhere', () => {
    const texts: Readonly<Record<string, string>> = {
      'a/page.md':
        '[1](other.md) [2](other.md#the-end) [3](other.md#not-there) [4](gone.md) [5](#a-b) [6](https://a.b)',
      'a/other.md': '## The end!\n\n```sh\n# Not there\n```\n',
    };
    const found = brokenLinks(
      'a/page.md',
      (file) => texts[file] ?? '',
      (file) => file in texts,
    );
    expect(found).toEqual(['other.md#not-there', 'gone.md', '#a-b']);
  });
});

describe('the README of the repository', () => {
  const readme = readText('README.md');

  it('begins with the two commands of a stranger, before anything else to scroll through', () => {
    const screen = readme.split('\n').slice(0, 20);
    const commands = screen.filter((line) => line.startsWith('npx ')).map((line) => line.split('  #')[0]?.trim());
    expect(commands).toEqual(['npx -y pnpm@12 demo', 'npx -y pnpm@12 test']);
    for (const command of ['demo', 'test']) expect(readManifest('.').scripts?.[command]).toBeDefined();
  });

  it('lists every package with its folder', () => {
    const listed = Array.from(readme.matchAll(/^\| \[`(?<name>[^`]+)`\]\((?<folder>[^)]+)\)/gm), ({ groups }) => ({
      name: groups?.['name'],
      folder: groups?.['folder'],
    }));
    const published = packageFolders()
      .filter((folder) => folder.startsWith('packages/'))
      .map((folder) => ({ name: readManifest(folder).name, folder }));
    const byFolder = (a: { folder?: string | undefined }, b: { folder?: string | undefined }): number =>
      (a.folder ?? '').localeCompare(b.folder ?? '');
    expect(listed.toSorted(byFolder)).toEqual(published.toSorted(byFolder));
  });
});

describe('the index of the documentation', () => {
  const folder = 'apps/docs';

  it('links every page, but for the decisions, which have an index of their own', () => {
    const linked = new Set(readText(`${folder}/README.md`).match(/(?<=\]\()[^)#]+(?=[)#])/g));
    const pages = filesBelow(folder)
      .filter((file) => file.endsWith('.md') && !file.includes('/decisions/0'))
      .map((file) => file.slice(folder.length + 1));
    expect(pages.length).toBeGreaterThan(10);
    expect(pages.filter((page) => page !== 'README.md' && !linked.has(page))).toEqual([]);
  });
});

describe('the decisions', () => {
  it('are all listed, in order and by their titles', () => {
    const folder = 'apps/docs/decisions';
    const pages = filesBelow(folder).filter((file) => /\/\d{4}-[a-z-]+\.md$/.test(file));
    const entries = pages.toSorted().map((file, index) => {
      const title = /^# (?<number>\d+)\. (?<title>.+)$/m.exec(readText(file))?.groups;
      expect([file, title?.['number']]).toEqual([file, String(index + 1)]);
      return `${index + 1}. [${title?.['title']}](${file.slice(folder.length + 1)})`;
    });
    expect(readText(`${folder}/README.md`).match(/^\d+\. .+$/gm)).toEqual(entries);
  });
});

describe('the documentation', () => {
  it('compiles and runs the examples of every page that has some', () => {
    const withExamples = filesBelow('.').filter(
      (file) =>
        file.endsWith('.md') &&
        !file.endsWith('.api.md') &&
        !file.startsWith('tooling/') &&
        /^```ts(?: |$)/m.test(readText(file)),
    );
    // A page is run by the script `readme` of its package, or by one that another package is given the page for.
    const pages = packageFolders().flatMap((folder) => {
      const [, given] = /readme\.mjs(?<given>.*)$/.exec(readManifest(folder).scripts?.['readme'] ?? '') ?? [];
      if (given === undefined) return [];
      const names = given.trim() === '' ? ['README.md'] : given.trim().split(' ');
      return names.flatMap((name) => {
        const path = `${folder}/${name}`.replace(/[^/]+\/[^/]+\/\.\.\/\.\.\//, '');
        return name.endsWith('.md') ? [path] : filesBelow(path);
      });
    });
    const run = new Set(pages);
    expect(withExamples.length).toBeGreaterThan(10);
    expect(withExamples.filter((file) => !run.has(file))).toEqual([]);
  });
});
