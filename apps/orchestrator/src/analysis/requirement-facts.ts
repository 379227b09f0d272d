import { type Ambiguity, ambiguitiesOf } from './ambiguities.ts';
import { isUnitWord, quantitiesOf, type Quantity } from './quantities.ts';
import { topicsOf, type Topic } from './topics.ts';
import { stemOf, termsOf, wordsOf } from './words.ts';

/** What can be read out of the text of one requirement, without knowing any other. */
export interface RequirementFacts {
  /** Who or what has to act, such as `warehouse clerk`; undefined when the text does not say. */
  readonly actor: string | undefined;
  /** Stem of the verb that says what it has to do. */
  readonly action: string | undefined;
  /** How binding it is. */
  readonly obligation: 'must' | 'should' | 'may' | 'unstated';
  /** Whether it forbids the action. */
  readonly negated: boolean;
  /** Stems of the words that carry the matter, without units. */
  readonly terms: readonly string[];
  readonly quantities: readonly Quantity[];
  readonly ambiguities: readonly Ambiguity[];
  /** What it is about, the most important first. */
  readonly topics: readonly Topic[];
}

const STORY =
  /^as an? (?<role>[^,.]{2,60}),\s*i (?<modal>want|need|must|should|can|may)(?<not> not)?\s+(?:to\s+)?(?<rest>.+)$/i;
const STATEMENT =
  /^(?<subject>.*?)\b(?<modal>must|shall|should|will|needs? to|ha(?:s|ve) to|may|can|could)(?<not> ?not|n't| never)?\s+(?<rest>.+)$/i;

const OBLIGATIONS: Readonly<Record<string, RequirementFacts['obligation']>> = {
  must: 'must',
  shall: 'must',
  will: 'must',
  need: 'must',
  needs: 'must',
  has: 'must',
  have: 'must',
  should: 'should',
  want: 'should',
  may: 'may',
  can: 'may',
  could: 'may',
};

/** Reads the text of one requirement. The same text always gives the same facts. */
export function readRequirement(text: string): RequirementFacts {
  const sentence = mainSentence(text);
  const { role, subject, modal, not, rest } = (STORY.exec(sentence) ?? STATEMENT.exec(sentence))?.groups ?? {};
  const terms = [...termsOf(text)].filter((term) => !isUnitWord(term));
  return {
    actor: role === undefined ? actorOf(subject) : withoutArticle(role),
    action: actionOf(rest),
    obligation: OBLIGATIONS[wordsOf(modal ?? '')[0] ?? ''] ?? 'unstated',
    negated: not !== undefined,
    terms,
    quantities: quantitiesOf(text),
    ambiguities: ambiguitiesOf(text),
    topics: topicsOf(new Set(terms)),
  };
}

/** The first sentence that obliges somebody, else the first. */
function mainSentence(text: string): string {
  const sentences = text.split(/(?<=[.!?])\s+/).map((sentence) => sentence.replace(/[.!?]+$/, ''));
  return sentences.find((sentence) => STORY.test(sentence) || STATEMENT.test(sentence)) ?? sentences[0] ?? '';
}

/** The subject of a statement without the condition before it: "When X happens, the Y" gives "y". */
function actorOf(subject: string | undefined): string | undefined {
  const actor = withoutArticle(subject?.split(',').at(-1) ?? '');
  return actor === '' ? undefined : actor;
}

function withoutArticle(phrase: string): string {
  return phrase
    .trim()
    .toLowerCase()
    .replace(/^(?:the|a|an|each|every|all|any)\s+/, '');
}

function actionOf(rest: string | undefined): string | undefined {
  const [verb] = wordsOf((rest ?? '').replace(/^(?:be able to|be|also|always|only)\s+/i, ''));
  return verb === undefined ? undefined : stemOf(verb);
}
