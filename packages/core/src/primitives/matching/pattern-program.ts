import { MetricsError, MetricsErrorCode } from '../../interfaces/metrics-error.ts';
import { isWordCharacter } from './character-class.ts';
import type { CharacterTest, PatternNode, PatternPlace } from './pattern-node.ts';

/** Steps of a program at most. The time for a text is at most this many operations for each of its characters. */
const MAX_STEPS = 5000;

type Step =
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'place'; readonly place: PatternPlace }
  | { readonly kind: 'branch'; readonly targets: number[] }
  | { readonly kind: 'match' };

/**
 * A regular expression as a machine that is in several states at once (Thompson 1968), so that no text and no pattern can
 * make it take exponential time, unlike the expressions of JavaScript.
 */
export class PatternProgram {
  readonly #steps: Step[] = [];
  readonly #now: StateSet;
  readonly #after: StateSet;

  /** @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` when repetitions make it too large. */
  constructor(node: PatternNode) {
    this.#compile(node);
    this.#emit({ kind: 'match' });
    this.#now = new StateSet(this.#steps.length);
    this.#after = new StateSet(this.#steps.length);
  }

  /** Whether the whole text matches. */
  matches(text: string): boolean {
    const characters = Array.from(text, (character) => character.codePointAt(0) ?? -1);
    let now = this.#now;
    let after = this.#after;
    now.clear();
    this.#enter(now, 0, characters, 0);
    for (const [index, code] of characters.entries()) {
      if (now.size === 0) return false;
      after.clear();
      for (let at = 0; at < now.size; at++) {
        const state = now.at(at);
        const step = this.#steps[state];
        if (step?.kind === 'character' && step.test(code)) this.#enter(after, state + 1, characters, index + 1);
      }
      [now, after] = [after, now];
    }
    return now.has(this.#steps.length - 1);
  }

  /** Enters a state, and all that follow without reading a character. */
  #enter(states: StateSet, first: number, characters: readonly number[], index: number): void {
    const open = [first];
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      if (!states.add(state)) continue;
      const step = this.#steps[state];
      if (step?.kind === 'branch') open.push(...step.targets);
      if (step?.kind === 'place' && isAt(step.place, characters, index)) open.push(state + 1);
    }
  }

  #compile(node: PatternNode): void {
    switch (node.kind) {
      case 'character':
      case 'place':
        this.#emit(node);
        break;
      case 'sequence':
        for (const part of node.parts) this.#compile(part);
        break;
      case 'either':
        this.#compileEither(node.choices);
        break;
      case 'repeat':
        for (let times = 0; times < node.min; times++) this.#compile(node.part);
        if (node.max === Infinity) this.#compileLoop(node.part);
        else this.#compileOptional(node.part, node.max - node.min);
        break;
    }
  }

  #compileEither(choices: readonly PatternNode[]): void {
    const entry = this.#emitBranch();
    const exits = choices.map((choice) => {
      entry.push(this.#steps.length);
      this.#compile(choice);
      return this.#emitBranch();
    });
    for (const exit of exits) exit.push(this.#steps.length);
  }

  #compileLoop(part: PatternNode): void {
    const start = this.#steps.length;
    const entry = this.#emitBranch();
    entry.push(this.#steps.length);
    this.#compile(part);
    this.#emitBranch().push(start);
    entry.push(this.#steps.length);
  }

  #compileOptional(part: PatternNode, times: number): void {
    const exits = Array.from({ length: times }, () => {
      const exit = this.#emitBranch();
      exit.push(this.#steps.length);
      this.#compile(part);
      return exit;
    });
    for (const exit of exits) exit.push(this.#steps.length);
  }

  #emitBranch(): number[] {
    const targets: number[] = [];
    this.#emit({ kind: 'branch', targets });
    return targets;
  }

  #emit(step: Step): void {
    if (this.#steps.length >= MAX_STEPS) {
      throw new MetricsError(
        MetricsErrorCode.ARGUMENT_INVALID,
        `The regular expression needs more than ${MAX_STEPS} steps. Use fewer or smaller repetitions like {1,100}.`,
      );
    }
    this.#steps.push(step);
  }
}

/** States by number, each at most once, in the order of arrival. Emptied without touching memory (Briggs, Torczon 1993). */
class StateSet {
  readonly #members: Int32Array;
  readonly #positions: Int32Array;
  size = 0;

  constructor(states: number) {
    this.#members = new Int32Array(states);
    this.#positions = new Int32Array(states);
  }

  clear(): void {
    this.size = 0;
  }

  at(position: number): number {
    return this.#members[position] ?? 0;
  }

  has(state: number): boolean {
    const position = this.#positions[state] ?? 0;
    return position < this.size && this.#members[position] === state;
  }

  /** @returns Whether it was not a member. */
  add(state: number): boolean {
    if (this.has(state)) return false;
    this.#positions[state] = this.size;
    this.#members[this.size] = state;
    this.size++;
    return true;
  }
}

function isAt(place: PatternPlace, characters: readonly number[], index: number): boolean {
  const before = characters[index - 1];
  const after = characters[index];
  switch (place) {
    case 'start':
      return before === undefined;
    case 'end':
      return after === undefined;
    case 'line-start':
      return before === undefined || before === 10;
    case 'line-end':
      return after === undefined || after === 10;
    case 'word-boundary':
      return isWord(before) !== isWord(after);
    case 'no-word-boundary':
    default:
      return isWord(before) === isWord(after);
  }
}

function isWord(code: number | undefined): boolean {
  return code !== undefined && isWordCharacter(code);
}
