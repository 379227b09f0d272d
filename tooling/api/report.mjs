#!/usr/bin/env node
// Run in a package: checks api/<package>[-<subpath>].api.md for every entry point of its `exports` against the built
// declarations. With --local it rewrites the reports instead, for review in the same change.
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { InheritedDocs } from './inherited-docs.mjs';

/** For some kinds of message, whether it says nothing about the package. */
const IDLE_MESSAGES = {
  'console-preamble': () => true,
  // The linter asks for the tag, which JSDoc has and TSDoc has not.
  'tsdoc-undefined-tag': (message) => message.text.includes('"@yields"'),
  // A type of one entry point may appear in another: users can name it, from where it is exported.
  'ae-forgotten-export': (message) => exportedNames.has(nameIn(/The symbol "(\w+)"/, message)),
  'ae-unresolved-link': (message) => {
    // A constant and the type of the same name, our form of an enumeration, are one thing to a reader.
    if (message.text.includes('is ambiguous because')) return true;
    const name = nameIn(/does not have an export "(\w+)"/, message);
    return exportedNames.has(name) || (name !== undefined && isImported(name, sourceOf(message)));
  },
  'ae-undocumented': (message) => {
    const member = nameIn(/Missing documentation for "(\w+)"/, message);
    return member !== undefined && inheritedDocs.cover(sourceOf(message), message.sourceFileLine, member);
  },
};

/** The declarations have been checked by the build; checking them and Node's again takes half of the time. */
const COMPILER_OPTIONS = {
  target: 'es2023',
  lib: ['es2023'],
  types: ['node'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  strict: true,
  noEmit: true,
  skipLibCheck: true,
};

const isLocal = process.argv.includes('--local');
const packageFolder = process.cwd();
const packageJsonFullPath = path.join(packageFolder, 'package.json');
const manifest = JSON.parse(readFileSync(packageJsonFullPath, 'utf8'));
const baseName = manifest.name.replace('@bduf/', '');

const entryPoints = Object.entries(manifest.exports)
  .filter(([, target]) => target?.import?.types)
  .map(([subpath, target]) => ({ subpath, types: path.join(packageFolder, target.import.types) }));
const configs = entryPoints.map(({ subpath, types }) =>
  prepare(baseName + subpath.slice(1).replaceAll('/', '-'), types),
);
const inheritedDocs = new InheritedDocs(packageFolder);
const exportedNames = new Set(entryPoints.flatMap(({ types }) => namesExportedBy(types)));

mkdirSync(path.join(packageFolder, 'api'), { recursive: true });
const compilerState = CompilerState.create(configs[0], {
  additionalEntryPoints: configs.slice(1).map((config) => config.mainEntryPointFilePath),
});
const failed = configs.filter(
  (config) => !Extractor.invoke(config, { localBuild: isLocal, compilerState, messageCallback: quieten }).succeeded,
);
for (const config of failed) {
  const remedy = isLocal
    ? 'repair the errors above'
    : 'repair the errors above, run `pnpm run api` and review the change';
  console.error(`${config.reportFilePath} does not stand: ${remedy}`);
}
process.exitCode = failed.length === 0 ? 0 : 1;

/** Drops messages that say nothing about the package. */
function quieten(message) {
  const isIdle = IDLE_MESSAGES[message.messageId]?.(message) ?? false;
  if (isIdle) message.logLevel = ExtractorLogLevel.None;
}

function nameIn(pattern, { text }) {
  return pattern.exec(text)?.[1];
}

function sourceOf({ sourceFilePath }) {
  return readFileSync(path.resolve(packageFolder, sourceFilePath), 'utf8');
}

/** Editors resolve a link to what the file imports from another of our packages; the extractor looks at exports only. */
function isImported(name, source) {
  const imports = [...source.matchAll(/^import (?<names>[^;]+) from '@bduf\//gm)].map(({ groups }) => groups.names);
  return imports.some((names) => new RegExp(`\\b${name}\\b`).test(names));
}

function namesExportedBy(declarations) {
  const lists = [...readFileSync(declarations, 'utf8').matchAll(/^export (?:type )?\{([^}]*)\}/gm)].map(
    ([, list]) => list,
  );
  return lists.flatMap((list) => [...list.matchAll(/(\w+)\s*(?:,|$)/g)].map(([, name]) => name));
}

function prepare(reportName, types) {
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: packageFolder,
      mainEntryPointFilePath: types,
      apiReport: {
        enabled: true,
        reportFileName: reportName,
        reportFolder: path.join(packageFolder, 'api'),
        reportTempFolder: path.join(packageFolder, 'reports'),
        includeForgottenExports: false,
      },
      compiler: { overrideTsconfig: { compilerOptions: COMPILER_OPTIONS, files: [types] } },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Error },
          'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
          'ae-undocumented': { logLevel: ExtractorLogLevel.Error },
        },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath,
  });
}
