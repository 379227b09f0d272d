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
const failed = configs.filter((config) => !Extractor.invoke(config, { localBuild: isLocal, compilerState }).succeeded);
for (const config of failed) {
  console.error(`${config.reportFilePath} is out of date, or its API has undocumented parts: run \`pnpm run api\``);
}
process.exitCode = failed.length === 0 ? 0 : 1;

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
