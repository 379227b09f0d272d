declare module 'snappyjs' {
  /** Decodes one block. */
  export function uncompress(data: Uint8Array): Uint8Array;
}
