import path from 'node:path';

/** The layers of core, lowest first. A folder may import its own layer and lower ones, never a higher one. */
export const CORE_LAYERS: readonly (readonly string[])[] = [
  ['interfaces'],
  ['primitives'],
  ['definition', 'labels', 'storage', 'standalone'],
  ['metrics'],
  ['layers', 'registry'],
  ['collector'],
  ['processes'],
];

/** A source file by its path below `packages/core/src`. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Names every relative import that goes up in the layers, and every folder that belongs to none. Unlike the linter's
 * patterns it resolves paths, so a new folder cannot escape it.
 */
export function layerViolations(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    const from = layerOf(file.path);
    // Files directly below src are the entry point and may import everything.
    if (from === 'top') return [];
    if (from === undefined) return [`${file.path}: its folder is in no layer`];
    return relativeImports(file.text).flatMap((specifier) => {
      const target = path.posix.join(path.posix.dirname(file.path), specifier);
      const to = layerOf(target);
      const isAllowed = typeof to === 'number' && to <= from;
      return isAllowed ? [] : [`${file.path} imports ${target}`];
    });
  });
}

function layerOf(file: string): number | 'top' | undefined {
  const [folder, ...rest] = file.split('/');
  if (folder === undefined || rest.length === 0) return 'top';
  const index = CORE_LAYERS.findIndex((layer) => layer.includes(folder));
  return index === -1 ? undefined : index;
}

function relativeImports(text: string): readonly string[] {
  const matches = text.matchAll(/(?:\bfrom|\bimport\s*\(|\bimport)\s*['"](?<specifier>\.[^'"]+)['"]/g);
  return Array.from(matches, (match) => match.groups?.['specifier'] ?? '');
}
