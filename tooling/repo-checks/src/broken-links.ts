import path from 'node:path';

/**
 * Names every link of a Markdown file that leads nowhere: to a file or folder of the repository that does not exist, or
 * to a heading that its page does not have. Addresses on the web are not asked for.
 *
 * @param file - Path of the page, relative to the root.
 * @param readPage - The text of a Markdown file.
 * @param doesExist - Whether a path, relative to the root, exists.
 */
export function brokenLinks(
  file: string,
  readPage: (file: string) => string,
  doesExist: (file: string) => boolean,
): readonly string[] {
  const links = withoutCode(readPage(file)).matchAll(/\]\((?<target>[^)\s]+)\)/g);
  return Array.from(links, (link) => link.groups?.['target'] ?? '').filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [relativePath = '', heading] = target.split('#');
    const page = relativePath === '' ? file : path.posix.join(path.posix.dirname(file), relativePath);
    if (!doesExist(page)) return true;
    return heading !== undefined && page.endsWith('.md') && !anchors(readPage(page)).has(heading);
  });
}

/** The anchors that a page's headings get, as GitHub makes them. */
function anchors(markdown: string): ReadonlySet<string> {
  const headings = withoutCode(markdown).matchAll(/^#{1,6} (?<text>.+)$/gm);
  return new Set(
    Array.from(headings, ({ groups }) =>
      (groups?.['text'] ?? '')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^```.*?^```/gms, '');
}
