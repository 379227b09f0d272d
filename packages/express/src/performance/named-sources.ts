/** Things that are read at every read-out, each under a name of its own. */
export class NamedSources<Source> {
  readonly #sources = new Map<string, Source>();

  /**
   * Reads a source from now on; one of the same name is replaced.
   *
   * @returns A function that ends it, and does nothing once the source was replaced.
   */
  watch(name: string, source: Source): () => void {
    this.#sources.set(name, source);
    return () => {
      if (this.#sources.get(name) === source) this.#sources.delete(name);
    };
  }

  /** Reads all sources; what a source does not say is not reported. */
  report(read: (source: Source) => number | undefined, set: (name: string, value: number) => void): void {
    for (const [name, source] of this.#sources) {
      const value = read(source);
      if (value !== undefined) set(name, value);
    }
  }
}
