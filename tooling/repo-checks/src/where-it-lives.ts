import type { Manifest } from './workspace.ts';

/** The fields of a manifest that say where a package lives. */
type Address = { readonly [Field in 'bugs' | 'homepage' | 'repository']: Manifest[Field] | undefined };

/**
 * What a published package must say about where it lives, given what the root says. The root's manifest is the one place
 * where the address is written by hand; a package adds its folder, which registries need to prove where it was built.
 * Without an address there, no package may name one: it would be invented.
 */
export function expectedAddress(root: Manifest, folder: string): Address {
  const url = root.repository?.url;
  if (url === undefined) return { bugs: undefined, homepage: undefined, repository: undefined };
  const page = url.replace(/^git\+/, '').replace(/\.git$/, '');
  return {
    bugs: `${page}/issues`,
    homepage: `${page}/tree/main/${folder}#readme`,
    repository: { type: 'git', url, directory: folder },
  };
}
