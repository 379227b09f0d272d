/** A file of the page. */
export interface PageFile {
  readonly path: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** Files of the page: path, content type, bytes. */
export function buildPage(): Promise<PageFile[]>;

/** The module that holds the files. */
export function moduleText(files: readonly PageFile[]): string;
