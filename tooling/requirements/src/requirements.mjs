import path from 'node:path';

export function tableFaults(requirements, readSource) {
  const ids = requirements.map(({ id }) => id);
  return requirements.flatMap(({ id, proofs, gap }) => {
    const faults = ids.filter((each) => each === id).length > 1 ? [`${id} stands there twice`] : [];
    if (proofs.length === 0 && !gap) faults.push(`${id} has no proof`);
    if (proofs.length > 0 && gap) faults.push(`${id} has proofs and a gap`);
    for (const { file, test } of proofs) {
      const source = readSource(file);
      if (source === undefined) faults.push(`${id}: there is no file ${file}`);
      else if (![source, ...importedBy(file, source, readSource)].some((text) => hasTitle(text, test)))
        faults.push(`${id}: ${file} has no test "${test}"`);
    }
    return faults;
  });
}

export function unproven(requirements, results) {
  return requirements.flatMap(({ id, proofs }) =>
    proofs.flatMap(({ file, test }) => {
      const pattern = titlePattern(test);
      const runs = results.filter((result) => result.file === file && pattern.test(result.title));
      const name = `${id}: "${test}" of ${file}`;
      if (runs.length === 0) return [{ fault: `${name} did not run`, isSkipped: false }];
      const other = runs.find(({ status }) => status !== 'passed');
      if (other === undefined) return [];
      const isSkipped = runs.every(({ status }) => status === 'passed' || status === 'pending');
      return [{ fault: `${name} is ${isSkipped ? 'skipped' : other.status}`, isSkipped }];
    }),
  );
}

export function requirementsPage(requirements) {
  const sections = requirements.map(({ id, promise, proofs, gap }) => {
    const lines = proofs.map(({ file, test }) => `- [${file}](../../${file}): ${test.replaceAll('`', "'")}`);
    return `## ${id}\n\n${promise}\n\n${gap ? `**Not proven yet:** ${gap}` : lines.join('\n')}\n`;
  });
  return `# Requirements

What the product promises, and the tests that prove it. The table is \`tooling/requirements/requirements.json\`; this page is written
from it by \`node tooling/requirements/check.mjs --write\`. \`pnpm test\` fails when a test named here does not exist, did not run or
did not pass. Without its servers a test counts as skipped, which \`CI=1\` does not forgive.

${sections.join('\n')}`;
}

/** The sources that a test imports: tests of a contract stand in the contract. */
function importedBy(file, source, readSource) {
  return [...source.matchAll(/\bfrom '(\.[^']+)'/g)].flatMap(
    ([, specifier]) => readSource(path.posix.join(path.posix.dirname(file), specifier)) ?? [],
  );
}

/** Whether a source has a test of that title, in quotes. */
function hasTitle(source, title) {
  return ["'", '"', '`'].some(
    (quote) =>
      source.includes(`${quote}${title}${quote}`) ||
      source.includes(`${quote}${title.replaceAll("'", String.raw`\'`)}${quote}`),
  );
}

function titlePattern(title) {
  const parts = title.split(/%[sdijfpo#%]|\$[\w.]+|\$\{[^}]*\}/);
  return new RegExp(
    `^${parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('.*')}$`,
    's',
  );
}
