import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * Which members need no comment of their own, because the class says that it implements an interface which documents
 * them: editors show that comment. The extractor looks at the class alone.
 */
export class InheritedDocs {
  /** The bodies of all interfaces that the package and those of ours it depends on declare, by name. */
  #interfaces = new Map();

  /** @param {string} packageFolder A built package. */
  constructor(packageFolder) {
    const ours = path.join(packageFolder, 'node_modules/@bduf');
    const dependencies = existsSync(ours) ? readdirSync(ours).map((name) => path.join(ours, name)) : [];
    for (const folder of [packageFolder, ...dependencies]) this.#read(path.join(folder, 'dist'));
  }

  /**
   * @param {string} source Text of the file that declares the class.
   * @param {number} line Line of the member, counted from 1.
   * @param {string} member Name of the member.
   * @returns {boolean} Whether an interface of the class documents the member.
   */
  cover(source, line, member) {
    const before = source.split('\n').slice(0, line).join('\n');
    const header = /^(?:export )?(?:declare )?(?:abstract )?class [^{]*\bimplements (?<names>[^{]*)\{/gm;
    const names = [...before.matchAll(header)].at(-1)?.groups.names.match(/\w+/g) ?? [];
    return names.some((name) =>
      new RegExp(`\\*/\\s+(?:readonly )?${member}\\b`).test(this.#interfaces.get(name) ?? ''),
    );
  }

  #read(folder) {
    if (!existsSync(folder)) return;
    const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.d.ts'));
    for (const file of files) {
      const text = readFileSync(path.join(folder, file), 'utf8');
      for (const [body, name] of text.matchAll(/^export interface (\w+)[^]*?^\}/gm)) this.#interfaces.set(name, body);
    }
  }
}
