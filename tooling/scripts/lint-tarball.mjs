import { readFile } from 'node:fs/promises';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { filterProblems, problemKindInfo } from '@arethetypeswrong/core/problems';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

// Not node10: it knows no `exports`, hence no subpaths, and TypeScript has dropped it.
const RESOLUTIONS = ['node16-cjs', 'node16-esm', 'bundler'];

/**
 * Reports what publint says about a packed package, suggestions included.
 *
 * @param {string} tarball Path of the packed file.
 */
export async function checkManifest(tarball) {
  const { buffer } = new Uint8Array(await readFile(tarball));
  const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
  throwUnlessEmpty(messages.map((message) => formatMessage(message, pkg, { color: false })));
}

/**
 * Reports where a TypeScript user would get types that differ from what Node loads.
 *
 * @param {string} tarball Path of the packed file.
 */
export async function checkTypeResolution(tarball) {
  const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(await readFile(tarball))));
  if (!analysis.types) throw new Error('The package has no types.');
  const problems = RESOLUTIONS.flatMap((resolutionKind) => filterProblems(analysis, { resolutionKind }));
  throwUnlessEmpty(
    [...new Set(problems)].map((problem) => `${problemKindInfo[problem.kind].title}: ${JSON.stringify(problem)}`),
  );
}

function throwUnlessEmpty(findings) {
  if (findings.length > 0) throw new Error(findings.join('\n'));
}
