// Builds the page into src/server/page-assets.ts: hashed files, compressed, as strings.
//
// Strings in a module, because the ESM and the CommonJS copy must both find them, and neither may use `import.meta` or a
// path: a module is found wherever the code is. Brotli as base64 is smaller than the plain text. The result depends on
// the sources only, so it is committed and a test compares it with a fresh build.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Files of the page: path, content type, bytes. */
export async function buildPage() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { script: 'page/main.tsx', style: 'page/page.css' },
    bundle: true,
    minify: true,
    write: false,
    outdir: 'page-out',
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['@bduf/source'],
    external: ['node:*'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'warning',
  });
  const hashed = outputFiles.map(({ path, contents }) => {
    const type = path.endsWith('.css') ? 'css' : 'js';
    const hash = createHash('sha256').update(contents).digest('hex').slice(0, 10);
    return {
      path: `page-${hash}.${type}`,
      contentType: type === 'css' ? 'text/css' : 'text/javascript',
      bytes: contents,
    };
  });
  /** @param {string} type */
  const nameOf = (type) => hashed.find(({ path }) => path.endsWith(type))?.path;
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Metrics</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${nameOf('.css')}">
<script type="module" src="${nameOf('.js')}"></script>
</head>
<body><div id="app"></div><noscript>This page needs JavaScript.</noscript></body>
</html>
`;
  const page = { path: 'index.html', contentType: 'text/html', bytes: Buffer.from(html) };
  return [page, ...hashed.toSorted((a, b) => (a.path < b.path ? -1 : 1))];
}

/**
 * The module that holds the files.
 *
 * @param {readonly { path: string, contentType: string, bytes: Uint8Array }[]} files
 */
export function moduleText(files) {
  const entries = files.map(({ path, contentType, bytes }) => {
    const compressed = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
    return `  {\n    path: '${path}',\n    contentType: '${contentType}; charset=utf-8',\n    brotliBase64:\n      '${compressed.toString('base64')}',\n  },\n`;
  });
  return `// Made by scripts/build-page.mjs out of page/. Run \`pnpm run page\` after a change there.

/** A file of the page: path below the mount, type, and content as base64 of brotli. */
export interface PageAsset {
  /** Path below the mount. */
  readonly path: string;
  /** Value of \`Content-Type\`. */
  readonly contentType: string;
  /** Content. */
  readonly brotliBase64: string;
}

/** All files of the page. */
export const pageAssets: readonly PageAsset[] = [
${entries.join('')}];
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = await buildPage();
  writeFileSync(join(root, 'src/server/page-assets.ts'), moduleText(files));
  for (const { path, bytes } of files) process.stdout.write(`${path} ${bytes.length} bytes\n`);
}
