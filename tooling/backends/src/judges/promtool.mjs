import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireBackends } from '../policy/require-backends.mjs';
import { runProgram } from '../provisioning/run-program.mjs';

/** @typedef {import('../index.d.ts').PromtoolVerdict} PromtoolVerdict */

/** @type {typeof import('../index.d.ts').promtoolCheckMetrics} */
export const promtoolCheckMetrics = (text) => runPromtool(['check', 'metrics'], { input: text });

/** @type {typeof import('../index.d.ts').promtoolCheckRules} */
export const promtoolCheckRules = (rules) =>
  runPromtool(['check', 'rules', 'rules.yml'], { files: { 'rules.yml': rules } });

/** @type {typeof import('../index.d.ts').promtoolTestRules} */
export const promtoolTestRules = ({ rules, tests }) =>
  runPromtool(['test', 'rules', 'tests.json'], {
    files: { 'rules.yml': rules, 'tests.json': JSON.stringify({ rule_files: ['rules.yml'], ...tests }) },
  });

/**
 * @param {readonly string[]} promtoolArguments
 * @param {{ input?: string | Uint8Array, files?: Record<string, string> }} given Standard input, and files of the
 *   folder that it runs in.
 * @returns {Promise<PromtoolVerdict>}
 */
async function runPromtool(promtoolArguments, { input = '', files = {} }) {
  const { promtool } = await requireBackends(['promtool']);
  const folder = mkdtempSync(join(tmpdir(), 'bduf-promtool-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { code, stdout, stderr } = await runProgram(promtool.path, promtoolArguments, { cwd: folder, input });
    if (code === null) throw new Error(`promtool did not finish: ${stderr}`);
    const problems =
      code === 0 ? [] : [stdout, stderr].flatMap((text) => text.split('\n')).filter((line) => line.trim() !== '');
    return { ok: code === 0, problems };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
