import { termsOf } from '../../analysis/words.ts';
import { type Article, KNOWLEDGE } from './knowledge.ts';

/** An article with how well it fits a query. */
export interface RankedArticle extends Article {
  /** Above 0; the higher the better. */
  readonly score: number;
}

const INDEX = KNOWLEDGE.map((article) => ({ article, title: termsOf(article.title), text: termsOf(article.text) }));

/** A word of the title says more than one of the text. */
const TITLE_WEIGHT = 3;

/** Finds the articles that fit a query, the best first. A rare word counts more than one that is everywhere. */
export function rankArticles(query: string, most: number): readonly RankedArticle[] {
  const terms = [...termsOf(query)].map((term) => ({ term, weight: rarityOf(term) }));
  return INDEX.map(({ article, title, text }) => ({
    ...article,
    score: terms.reduce(
      (score, { term, weight }) => score + weight * ((title.has(term) ? TITLE_WEIGHT : 0) + (text.has(term) ? 1 : 0)),
      0,
    ),
  }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, most);
}

/** Logarithm of all articles over those with the term. */
function rarityOf(term: string): number {
  const holders = INDEX.filter(({ title, text }) => title.has(term) || text.has(term)).length;
  return holders === 0 ? 0 : Math.log(1 + INDEX.length / holders);
}
