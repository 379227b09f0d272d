import type { Transform } from 'node:stream';
import zlib from 'node:zlib';

/** A content coding of HTTP that this runtime can produce. */
export type ContentCoding = 'zstd' | 'gzip';

/** Bytes that a compressor hands on at a time. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Level 1 of gzip. Metric text repeats itself so much that level 6 saves a third of the bytes for almost four times the
 * processor time (see tooling/bench/exposition/compression.mjs).
 */
const GZIP_LEVEL = 1;

/** Level 1 of Zstandard: with metric text the default, 3, takes more time and saves nothing (the same benchmark). */
const ZSTD_LEVEL = 1;

/** Zstandard as Node.js has it from 22.15 on. */
interface ZstdSupport {
  readonly constants: { readonly ZSTD_c_compressionLevel: number };
  createZstdCompress(options: {
    readonly chunkSize: number;
    readonly params: Readonly<Record<number, number>>;
  }): Transform;
}

function hasZstd(module: object): module is ZstdSupport {
  return 'createZstdCompress' in module;
}

/** What this runtime can produce, the preferred coding first. */
export const CONTENT_CODINGS: readonly ContentCoding[] = hasZstd(zlib) ? ['zstd', 'gzip'] : ['gzip'];

/** A stream that compresses what is written to it, on a thread of its own. */
export function createCompressor(coding: ContentCoding): Transform {
  if (coding === 'zstd' && hasZstd(zlib)) {
    const params = { [zlib.constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL };
    return zlib.createZstdCompress({ chunkSize: CHUNK_BYTES, params });
  }
  return zlib.createGzip({ level: GZIP_LEVEL, chunkSize: CHUNK_BYTES });
}
