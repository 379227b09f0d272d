// Packs every published package and uses the tarballs as a stranger would: linted, installed outside the workspace,
// imported, required, required without Node's require(esm), type-checked from both module systems, tested from a
// CommonJS jest suite, and with the examples of their READMEs; on each Node that is supported. Needs a finished build.
// With --write-sizes it only writes the page that lists the sizes of the packages.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { checkManifest, checkTypeResolution } from './lint-tarball.mjs';
import { otherNodes } from './other-nodes.mjs';
import { checkSizesPage, packageSizes, writeSizesPage } from './package-sizes.mjs';
import { readmeExamples } from './readme-examples.mjs';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');
const bin = (name) => path.join(root, 'node_modules/.bin', name);
const toJson = (value) => `${JSON.stringify(value, null, 2)}\n`;

const packages = readdirSync(path.join(root, 'packages')).map((folder) => {
  const directory = path.join(root, 'packages', folder);
  return { directory, manifest: JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8')) };
});
/** What users can import, such as "@bduf/metrics-core/interfaces". */
const entryPoints = packages.flatMap(({ manifest }) =>
  Object.entries(manifest.exports)
    .filter(([, target]) => target?.import)
    .map(([subpath]) => manifest.name + subpath.slice(1)),
);

const scratch = mkdtempSync(path.join(tmpdir(), 'bduf-smoke-'));
const failures = [];
try {
  const packed = await pack();
  const sizes = packageSizes(packed, (name) => packages.find(({ manifest }) => manifest.name === name).directory);
  if (process.argv.includes('--write-sizes')) writeSizesPage(sizes);
  else await checkTarballs(packed, sizes);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = failures.length === 0 ? 0 : 1;

async function checkTarballs(packed, sizes) {
  const others = otherNodes();
  const tarballs = new Map(packed.map(({ name, filename }) => [name, filename]));
  await check('contents', () => checkContents(packed));
  await check('sizes', () => {
    for (const drift of checkSizesPage(sizes)) console.log(`note    ${drift}`);
  });
  const consumer = path.join(scratch, 'consumer');
  mkdirSync(consumer);
  const installed = check('install', () => install(consumer, tarballs));
  for (const [name, tarball] of tarballs) {
    await check(`publint ${name}`, () => checkManifest(tarball));
    await check(`attw ${name}`, () => checkTypeResolution(tarball));
  }
  await installed;
  writeImports(consumer);
  const compiled = checkTypes(consumer);
  await Promise.all([checkImports(consumer, process.execPath), checkJest(consumer), compiled]);
  const examples = (await compiled).filter(({ runs }) => runs);
  await checkExamples(consumer, process.execPath, examples);
  for (const { major, path: node, reason } of await others) {
    if (node !== undefined) {
      await checkImports(consumer, node, `Node ${major}: `);
      await checkExamples(consumer, node, examples, `Node ${major}: `);
    } else if (process.env.CI) {
      await check(`Node ${major}`, () => Promise.reject(new Error(reason)));
    } else console.log(`skipped Node ${major}: it cannot be fetched (${reason})`);
  }
}

async function check(title, action) {
  const startedAt = performance.now();
  try {
    await action();
    console.log(`ok      ${title} (${Math.round(performance.now() - startedAt)} ms)`);
  } catch (error) {
    failures.push(title);
    console.log(`FAILED  ${title}\n${error.stdout ?? ''}${error.stderr ?? error.stack}`);
  }
}

async function pack() {
  const selection = ['--filter', './packages/*', 'pack', '--pack-destination', scratch, '--json'];
  const { stdout } = await run('pnpm', selection, { cwd: root });
  return JSON.parse(stdout);
}

function checkContents(packed) {
  for (const { name, files } of packed) {
    const paths = files.map((file) => file.path);
    const missing = ['LICENSE', 'README.md', 'package.json', 'src/index.ts'].filter((file) => !paths.includes(file));
    const surplus = paths.filter((file) => !/^(?:dist|src)\/|^[^/]+$/.test(file) || file.endsWith('.tsbuildinfo'));
    if (missing.length + surplus.length > 0) throw new Error(`${name} lacks [${missing}] and has [${surplus}]`);
  }
}

async function install(consumer, tarballs) {
  const files = Object.fromEntries([...tarballs].map(([name, tarball]) => [name, `file:${tarball}`]));
  writeFileSync(path.join(consumer, 'package.json'), toJson({ name: 'consumer', private: true, dependencies: files }));
  // Overrides: without them pnpm would ask the registry for the packages that our tarballs depend on.
  writeFileSync(path.join(consumer, 'pnpm-workspace.yaml'), toJson({ packages: ['.'], overrides: files }));
  await run('pnpm', ['install', '--prefer-offline', '--no-frozen-lockfile'], { cwd: consumer });
  lendThirdParties(path.join(consumer, 'node_modules'));
}

/** Links what a user would have of their own (types, jest, express, …) from the workspace instead of downloading it. */
function lendThirdParties(nodeModules) {
  for (const { directory, manifest } of packages) {
    const names = Object.keys({ ...manifest.devDependencies, ...manifest.dependencies });
    for (const name of names.filter((each) => !each.startsWith('@bduf/'))) {
      const link = path.join(nodeModules, name);
      mkdirSync(path.dirname(link), { recursive: true });
      rmSync(link, { force: true });
      symlinkSync(path.join(directory, 'node_modules', name), link);
    }
  }
}

function writeImports(consumer) {
  const names = JSON.stringify(entryPoints);
  const file = (name, text) => writeFileSync(path.join(consumer, name), text);
  file('import.mjs', `for (const name of ${names}) await import(name);`);
  // One copy: an instrument made in a CommonJS file must be the same class for an ESM file.
  file(
    'same.mjs',
    `import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
for (const name of ${names}) {
  const imported = await import(name);
  const required = require(name);
  assert.deepEqual(Object.keys(required).sort(), Object.keys(imported).sort(), name);
  for (const key of Object.keys(imported)) assert.equal(required[key], imported[key], name + ' ' + key);
}`,
  );
  file('require.cjs', `for (const name of ${names}) require(name);`);
  file(
    'internal.mjs',
    `import assert from 'node:assert/strict';
await assert.rejects(import('@bduf/metrics-core/internal/anything.js'), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' });`,
  );
}

async function checkImports(consumer, program, prefix = '') {
  const node = (...parameters) => run(program, parameters, { cwd: consumer });
  await check(`${prefix}import`, () => node('import.mjs'));
  await check(`${prefix}import and require give the same objects`, () => node('same.mjs'));
  await check(`${prefix}require without require(esm)`, () => node('--no-experimental-require-module', 'require.cjs'));
  await check(`${prefix}internals are out of reach`, () => node('internal.mjs'));
}

async function checkJest(consumer) {
  const suite = path.join(consumer, 'suite');
  mkdirSync(suite);
  const cases = `test.each(${JSON.stringify(entryPoints)})('requires %s', (name) => { expect(require(name)).toBeDefined(); });`;
  writeFileSync(path.join(suite, 'consumer.test.js'), cases);
  writeFileSync(path.join(suite, 'package.json'), toJson({ private: true, jest: {} }));
  const jest = path.join(consumer, 'node_modules/jest/bin/jest.js');
  await check('CommonJS jest suite', () => run(process.execPath, [jest, '--ci'], { cwd: suite }));
}

/** Compiles imports of everything and the examples of the READMEs; returns the examples. */
async function checkTypes(consumer) {
  const source = path.join(consumer, 'typed');
  mkdirSync(source);
  const file = (name, lines) => writeFileSync(path.join(source, name), `${lines.join('\n')}\n`);
  file(
    'esm.mts',
    entryPoints.map((name, index) => `export * as e${index} from '${name}';`),
  );
  file('cjs.cts', [
    ...entryPoints.map((name, index) => `import e${index} = require('${name}');`),
    `export = [${entryPoints.map((_, index) => `e${index}`).join(', ')}];`,
  ]);
  const examples = packages.flatMap(({ directory }) =>
    readmeExamples(readFileSync(path.join(directory, 'README.md'), 'utf8')).map((example) => {
      const name = `${path.basename(directory)}-readme-${example.line}`;
      file(`${name}.mts`, [example.code, 'export {};']);
      return { name, runs: example.runs !== 'never', printed: example.printed };
    }),
  );
  writeFileSync(
    path.join(consumer, 'tsconfig.json'),
    toJson({
      compilerOptions: {
        module: 'nodenext',
        target: 'es2023',
        lib: ['es2023'],
        types: ['node'],
        strict: true,
        declaration: true,
        rootDir: 'typed',
        outDir: 'out',
      },
      include: ['typed'],
    }),
  );
  await check('TypeScript, as ESM and as CommonJS', () => run(bin('tsc'), ['-p', consumer]));
  return examples;
}

async function checkExamples(consumer, node, examples, prefix = '') {
  for (const { name, printed } of examples) {
    await check(prefix + name, async () => {
      const { stdout } = await run(node, [path.join(consumer, `out/${name}.mjs`)], { timeout: 20_000 });
      if (printed !== undefined && stdout !== printed) throw new Error(`printed:\n${stdout}\ninstead of:\n${printed}`);
    });
  }
}
