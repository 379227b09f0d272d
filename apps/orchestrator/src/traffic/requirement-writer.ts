import type { Priority } from '../requirements/requirement.ts';
import type { SeededRandom } from './seeded-random.ts';

/** A requirement as a simulated user words it. */
export interface WrittenRequirement {
  readonly text: string;
  readonly priority: Priority;
}

const PRODUCTS = ['clinic', 'warehouse', 'library', 'festival', 'bike rental', 'language school', 'bakery', 'fleet'];
const KINDS = ['booking portal', 'back office', 'mobile app', 'partner platform', 'control room', 'self-service desk'];
const PEOPLE = ['Ada', 'Bruno', 'Chidi', 'Dilara', 'Edith', 'Farid', 'Goran', 'Hana', 'Imani', 'Jonas'];

const ACTORS = ['customer', 'operator', 'clerk', 'auditor', 'team lead', 'partner service', 'administrator', 'visitor'];
const THINGS = ['booking', 'invoice', 'report', 'message', 'document', 'account', 'schedule', 'comment', 'order'];
const ACTIONS = ['create', 'search', 'export', 'approve', 'share', 'delete', 'filter', 'archive', 'import', 'review'];
const VAGUE = ['quickly', 'easily', 'efficiently', 'in a user-friendly way', 'if possible', 'as needed'];

/** Writes project names and requirements the way people do: mostly clear, sometimes vague, now and then contradictory. */
export class RequirementWriter {
  readonly #random: SeededRandom;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** A name for a project. */
  projectName(): string {
    const product = this.#random.pick(PRODUCTS);
    return `${product.charAt(0).toUpperCase()}${product.slice(1)} ${this.#random.pick(KINDS)}`;
  }

  /** Two to five people. */
  stakeholders(): readonly string[] {
    const count = this.#random.between(2, 5);
    const first = this.#random.between(0, PEOPLE.length - 1);
    return Array.from({ length: count }, (_, index) => PEOPLE[(first + index) % PEOPLE.length] ?? '');
  }

  /** Something that one might want to know before. */
  question(): string {
    return `How should we ${this.#random.pick(ACTIONS)} a ${this.#random.pick(THINGS)}?`;
  }

  /** One requirement. */
  requirement(): WrittenRequirement {
    const random = this.#random;
    const priority = random.pick(['must', 'should', 'could'] as const);
    return { text: random.pick(SENTENCES)(random), priority };
  }
}

type Sentence = (random: SeededRandom) => string;

const SENTENCES: readonly Sentence[] = [
  (random) => `As a ${random.pick(ACTORS)}, I want to ${random.pick(ACTIONS)} a ${random.pick(THINGS)} on the page.`,
  (random) => `The ${random.pick(ACTORS)} must be able to ${random.pick(ACTIONS)} each ${random.pick(THINGS)}.`,
  (random) =>
    `The ${random.pick(ACTORS)} must not ${random.pick(ACTIONS)} a ${random.pick(THINGS)} without permission.`,
  (random) =>
    `The ${random.pick(ACTORS)} should ${random.pick(ACTIONS)} ${random.pick(THINGS)}s ${random.pick(VAGUE)}.`,
  (random) =>
    `Search results must appear within ${random.pick([50, 200, 500])} ms for at least ${random.pick([100, 1000])} users.`,
  (random) =>
    `Every change of a ${random.pick(THINGS)} must be recorded in the audit log for ${random.between(1, 10)} weeks.`,
  (random) =>
    `When a ${random.pick(THINGS)} is approved, the service should notify the ${random.pick(ACTORS)} by email within ${random.between(1, 30)} minutes.`,
  (random) =>
    `The database must store up to ${random.between(1, 90)},000 ${random.pick(THINGS)}s and be backed up every ${random.between(1, 24)} hours.`,
  (random) =>
    `The API should accept ${random.pick(THINGS)}s from a partner service with files of at most ${random.between(1, 50)} MB.`,
  (random) =>
    `The dashboard should show a chart of ${random.pick(THINGS)}s per week, including statistics, trends, etc.`,
];
