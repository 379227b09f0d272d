import * as z from 'zod';
import type { BoundedCache } from '../cache/bounded-cache.ts';
import { ServiceError } from '../errors/service-error.ts';
import { ExternalError, type ExternalService } from '../external/external-service.ts';

/** What is known outside about a subject. */
export interface ProjectContext {
  readonly query: string;
  /** Articles that fit, the best first. */
  readonly articles: readonly { readonly title: string; readonly text: string }[];
  /** An answer in a few sentences; null when there is none. */
  readonly answer: string | null;
  /** Services that could not contribute, and why. */
  readonly missing: readonly { readonly service: string; readonly reason: string }[];
}

/** A question about a subject. */
export interface ContextQuery {
  readonly query: string;
}

/** Checks a question. */
export const contextQuerySchema = z.strictObject({
  query: z.string().trim().min(3).max(300),
}) satisfies z.ZodType<ContextQuery>;

/** What the context of a project is assembled from. */
export interface ContextSources {
  readonly context7: ExternalService;
  readonly perplexity: ExternalService;
  /** Keeps contexts to which all services have contributed. */
  readonly cache: BoundedCache<ProjectContext>;
  /** Told how each assembly ended. */
  readonly onAssembled: (outcome: 'ok' | 'error') => void;
}

const articles = z.object({ articles: z.array(z.object({ title: z.string(), text: z.string() })) });
const answer = z.object({ answer: z.string() });

/** Assembles what external services know about a subject. */
export class ContextService {
  readonly #sources: ContextSources;

  constructor(sources: ContextSources) {
    this.#sources = sources;
  }

  /**
   * Asks all services at once. One that fails is missing from the result.
   *
   * @throws ServiceError `busy` when all fail.
   */
  async search({ query }: ContextQuery): Promise<ProjectContext> {
    const { cache, context7, perplexity, onAssembled } = this.#sources;
    const key = query.toLowerCase();
    const known = cache.get(key);
    if (known !== undefined) return known;
    const [found, answered] = await Promise.allSettled([
      context7.ask({ operation: 'search', path: '/search', query: { query }, answer: articles }),
      perplexity.ask({ operation: 'answer', path: '/answer', query: { question: query }, answer }),
    ]);
    const context: ProjectContext = {
      query,
      articles: found.status === 'fulfilled' ? found.value.articles : [],
      answer: answered.status === 'fulfilled' && answered.value.answer !== '' ? answered.value.answer : null,
      missing: [...missingOf(context7, found), ...missingOf(perplexity, answered)],
    };
    const isEmptyHanded = found.status === 'rejected' && answered.status === 'rejected';
    onAssembled(isEmptyHanded ? 'error' : 'ok');
    if (isEmptyHanded) throw new ServiceError('busy', context.missing.map(({ reason }) => reason).join(' '));
    if (context.missing.length === 0) cache.set(key, context);
    return context;
  }
}

function missingOf({ name }: ExternalService, result: PromiseSettledResult<unknown>): ProjectContext['missing'] {
  if (result.status === 'fulfilled') return [];
  const error: unknown = result.reason;
  return [{ service: name, reason: error instanceof ExternalError ? error.message : 'It failed.' }];
}
