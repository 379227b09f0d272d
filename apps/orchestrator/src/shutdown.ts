/** Ends things in the reverse order of their start, also when only some have started. */
export class Shutdown {
  readonly #steps: (() => void | Promise<void>)[] = [];
  #ended: Promise<void> | undefined;

  /** Has something done at the end, before all that was added earlier. */
  add(step: () => void | Promise<void>): void {
    this.#steps.push(step);
  }

  /**
   * Ends everything; a step that fails does not keep the others from their turn. Further calls wait for the first.
   *
   * @returns Rejects with the first failure.
   */
  run(): Promise<void> {
    this.#ended ??= this.#run();
    return this.#ended;
  }

  async #run(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#steps.toReversed()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
