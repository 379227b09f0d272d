import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseWorkflow, workflowFaults } from '../src/workflow.ts';
import { filesBelow, readManifest, readText, repositoryRoot } from '../src/workspace.ts';

const workflows = filesBelow('.github/workflows').map((file) => ({ file, workflow: parseWorkflow(readText(file)) }));

function isExecutable(file: string): boolean {
  try {
    accessSync(path.join(repositoryRoot, file), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

describe('the workflows', () => {
  it('are there for changes and for releases', () => {
    expect(workflows.map(({ file }) => path.basename(file)).toSorted()).toEqual(['ci.yml', 'release.yml']);
  });

  it.each(workflows)('are sound: $file', ({ workflow }) => {
    expect(workflowFaults(workflow, isExecutable)).toEqual([]);
  });

  it.each(workflows)('begin with the script that anybody can run: $file', ({ workflow }) => {
    const commands = Object.values(workflow.jobs ?? {}).flatMap(({ steps = [] }) =>
      steps.flatMap(({ run }) => run ?? []),
    );
    expect(commands).toEqual(['.ci/run']);
  });

  it('try every Node.js that is supported', () => {
    const ci = workflows.find(({ file }) => file.endsWith('/ci.yml'))?.workflow;
    const [job] = Object.values(ci?.jobs ?? {});
    const majors = job?.strategy?.matrix?.['node'];
    expect(readManifest('packages/core').engines?.node).toBe('^20.19.0 || >=22.12.0');
    expect(majors).toEqual([20, 22, 24]);
    // The packed packages are tried on the same ones.
    expect(readText('tooling/scripts/other-nodes.mjs')).toContain(`const SUPPORTED = [${majors?.join(', ')}];`);
  });

  it('are refused when they name what is not there, or leave open what they may do', () => {
    const text = [
      'on: push',
      'jobs:',
      '  a:',
      '    steps:',
      '      - uses: somebody/action@main',
      '      - run: .ci/gone --fast',
      '      - uses: changesets/action@v1',
      '        with: { publish: gone publish }',
    ].join('\n');
    expect(workflowFaults(parseWorkflow(text), isExecutable)).toEqual([
      'has all rights: state its permissions',
      'a has no time limit',
      'a uses somebody/action@main',
      'a runs .ci/gone',
      'a runs gone',
    ]);
    expect(() => parseWorkflow('on: push\non: pull_request')).toThrow('Map keys must be unique');
  });
});

describe('.ci/run', () => {
  const script = readText('.ci/run');

  it('is a script that bash understands', () => {
    const { status, stderr } = spawnSync('bash', ['-n', path.join(repositoryRoot, '.ci/run')], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('names files that are there', () => {
    const files = script.match(/\btooling\/[\w/.-]+/g) ?? [];
    expect(files).toContain('tooling/scripts/verify.mjs');
    for (const file of files) expect([file, filesBelow(path.posix.dirname(file)).includes(file)]).toEqual([file, true]);
  });
});
