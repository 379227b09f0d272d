// The examples of a Markdown file. A ```ts block is a program of its own; a ```text block that is the next block after
// it is what the program prints. Flags behind the language: `no-run`, it is only type-checked; `needs=redis,prometheus`, it
// runs where those servers of @bduf/backends can be had; `process`, it runs in a process of its own, which programs with
// worker threads need; `file=worker.ts`, it is not run by itself but stands beside the other programs under that name. Other
// blocks are not looked at.

/**
 * @typedef {object} ReadmeExample
 * @property {number} line Line of the opening fence, counted from 1.
 * @property {string} code The program.
 * @property {'here' | 'process' | 'never'} runs Where it runs; `never` when it is only type-checked.
 * @property {string | undefined} file Name under which other programs find it, if they do.
 * @property {readonly string[]} needs Names of the servers it needs.
 * @property {string | undefined} printed What the program must print, or undefined when the file does not say.
 */

/**
 * @param {string} markdown
 * @returns {ReadmeExample[]}
 */
export function readmeExamples(markdown) {
  const blocks = [...markdown.matchAll(/^```(\S*)[^\S\n]*([^\n]*)\n(.*?)^```[^\S\n]*$/gms)].map((match) => ({
    line: markdown.slice(0, match.index).split('\n').length,
    language: match[1],
    flags: match[2].trim(),
    body: match[3],
  }));
  return blocks.flatMap(({ line, language, flags, body }, index) => {
    if (language !== 'ts') return [];
    const next = blocks[index + 1];
    const isPrinted = next?.language === 'text' && next.flags === '';
    return [{ line, code: body, ...parseFlags(line, flags), printed: isPrinted ? next.body : undefined }];
  });
}

function parseFlags(line, flags) {
  const needs = /^needs=(\S+)$/.exec(flags)?.[1].split(',') ?? [];
  const file = /^file=([\w-]+\.ts)$/.exec(flags)?.[1];
  if (flags === '' || needs.length > 0) return { runs: 'here', needs, file };
  if (flags === 'process') return { runs: 'process', needs, file };
  if (flags === 'no-run' || file !== undefined) return { runs: 'never', needs, file };
  throw new Error(`Line ${line}: unknown flag "${flags}".`);
}
