// The examples of a Markdown file. A ```ts block is a program of its own; a ```text block that is the next block after
// it is what the program prints. ```ts no-run is only type-checked; ```ts needs=redis,prometheus runs where those
// servers of @bduf/backends can be had. Other blocks are not looked at.

/**
 * @typedef {object} ReadmeExample
 * @property {number} line Line of the opening fence, counted from 1.
 * @property {string} code The program.
 * @property {boolean} runs False when it is only type-checked.
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
    const needs = /^needs=(\S+)$/.exec(flags)?.[1].split(',') ?? [];
    if (flags !== '' && flags !== 'no-run' && needs.length === 0)
      throw new Error(`Line ${line}: unknown flag "${flags}".`);
    return [{ line, code: body, runs: flags !== 'no-run', needs, printed: isPrinted ? next.body : undefined }];
  });
}
