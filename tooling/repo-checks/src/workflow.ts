import { parse } from 'yaml';

/** A step of a workflow: an action of somebody else, or a command. */
interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

/** The part of a workflow file that the checks read. */
export interface Workflow {
  readonly on?: unknown;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs?: Readonly<
    Record<
      string,
      {
        readonly 'timeout-minutes'?: number;
        readonly strategy?: { readonly matrix?: Readonly<Record<string, readonly unknown[]>> };
        readonly steps?: readonly Step[];
      }
    >
  >;
}

/** Reads a workflow file. @throws YAMLParseError when it is no YAML, or names a key twice. */
export function parseWorkflow(text: string): Workflow {
  return parse(text, { strict: true, uniqueKeys: true }) as Workflow;
}

/**
 * Names what is wrong with a workflow: programs of the repository that are not there, actions without a version, jobs that may hang for
 * hours, rights that are not stated.
 *
 * @param isExecutable - Whether a path, relative to the root, is a file that may be run once everything is installed.
 */
export function workflowFaults(
  { on, permissions, jobs = {} }: Workflow,
  isExecutable: (file: string) => boolean,
): readonly string[] {
  const faults: string[] = [];
  if (on === undefined) faults.push('never starts');
  if (permissions === undefined) faults.push('has all rights: state its permissions');
  for (const [name, { steps = [], ...job }] of Object.entries(jobs)) {
    if (job['timeout-minutes'] === undefined) faults.push(`${name} has no time limit`);
    for (const { uses, run, with: given = {} } of steps) {
      if (uses !== undefined && !/^[\w-]+\/[\w-]+@v\d+$/.test(uses)) faults.push(`${name} uses ${uses}`);
      const commands = [run, given['version'], given['publish']].filter((each) => typeof each === 'string');
      for (const program of commands.map((command) => command.split(' ')[0] ?? '')) {
        if (!isExecutable(program)) faults.push(`${name} runs ${program}`);
      }
    }
  }
  return faults;
}
