import type { Story, StoryTeller, StoryTools } from './story.ts';

/** Someone who tells a story over and over again, one step at a time. */
export class SimulatedUser {
  readonly #tell: StoryTeller;
  readonly #tools: StoryTools;
  #story: Story;
  #step: Promise<void> | undefined;

  constructor(tell: StoryTeller, tools: StoryTools) {
    this.#tell = tell;
    this.#tools = tools;
    this.#story = tell(tools);
  }

  /** Whether a step is under way. */
  get isBusy(): boolean {
    return this.#step !== undefined;
  }

  /**
   * Does the next step of the story, or waits for the one under way. A step that fails ends the story, and the next one
   * begins anew.
   *
   * @returns Rejects with what made the step fail.
   */
  act(): Promise<void> {
    this.#step ??= this.#act().finally(() => {
      this.#step = undefined;
    });
    return this.#step;
  }

  /** Waits for the step under way, if there is one, and ends the story where it is. */
  async quit(): Promise<void> {
    await this.#step?.catch(() => undefined);
    await this.#story.return();
  }

  async #act(): Promise<void> {
    // A failed step has ended the story as well.
    const { done } = await this.#story.next().catch((error: unknown) => {
      this.#story = this.#tell(this.#tools);
      throw error;
    });
    if (done !== true) return;
    this.#story = this.#tell(this.#tools);
    await this.#story.next();
  }
}
