#!/usr/bin/env node
// Run in a package: checks api/<package>[-<subpath>].api.md for every entry point of its `exports` against the built
// declarations. With --local it rewrites the reports instead, for review in the same change.
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

const isLocal = process.argv.includes('--local');
const packageFolder = process.cwd();
const packageJsonFullPath = path.join(packageFolder, 'package.json');
const manifest = JSON.parse(readFileSync(packageJsonFullPath, 'utf8'));
const baseName = manifest.name.replace('@bduf/', '');

const configs = Object.entries(manifest.exports)
  .filter(([, target]) => target?.import?.types)
  .map(([subpath, target]) => prepare(baseName + subpath.slice(1).replaceAll('/', '-'), target.import.types));

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
  const isLinkElsewhere = message.messageId === 'ae-unresolved-link' && linksToImport(message);
  if (message.messageId === 'console-preamble' || isLinkElsewhere) message.logLevel = ExtractorLogLevel.None;
}

/** Editors resolve a link to what the file imports from another of our packages; the extractor looks at exports only. */
function linksToImport({ sourceFilePath, text }) {
  const [, name] = /does not have an export "(\w+)"/.exec(text) ?? [];
  if (name === undefined || sourceFilePath === undefined) return false;
  const source = readFileSync(path.resolve(packageFolder, sourceFilePath), 'utf8');
  const imports = [...source.matchAll(/^import (?<names>[^;]+) from '@bduf\//gm)].map(({ groups }) => groups.names);
  return imports.some((names) => new RegExp(`\\b${name}\\b`).test(names));
}

function prepare(reportName, types) {
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: packageFolder,
      mainEntryPointFilePath: path.join(packageFolder, types),
      apiReport: {
        enabled: true,
        reportFileName: reportName,
        reportFolder: path.join(packageFolder, 'api'),
        reportTempFolder: path.join(packageFolder, 'reports'),
        includeForgottenExports: false,
      },
      compiler: { tsconfigFilePath: path.join(packageFolder, 'tsconfig.build.json') },
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
