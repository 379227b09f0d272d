import type { Clock } from '@bduf/metrics-core/interfaces';
import express, { type RequestHandler } from 'express';
import { wordsOf } from '../../analysis/words.ts';
import { HttpServer } from '../../http/http-server.ts';
import { rankArticles } from './rank-articles.ts';
import { TokenBucket } from './token-bucket.ts';

/** A local server that stands for the external services. */
export interface ExternalStub {
  /** Where the two services are, without a slash at the end. */
  readonly urls: { readonly context7: string; readonly perplexity: string };
  /** Makes it refuse everybody with status 429, or no longer. */
  refuseAll(isRefusing: boolean): void;
  /** Ends it at once. */
  stop(): Promise<void>;
}

/** What each service grants its callers: enough for quiet times, not for all that a busy demonstration asks. */
const CONTEXT7_PER_SECOND = 4;
const PERPLEXITY_PER_SECOND = 0.5;
const BURST = 5;
/** Time that it takes to think about one word of a question, in milliseconds. Only one question is thought about at a time. */
const MS_PER_WORD = 100;
const MOST_ARTICLES = 3;

/**
 * Starts a server that answers like the external services do: from what it knows, slower the more it is asked, and with
 * status 429 when it is asked too often.
 */
export async function startExternalStub(clock: Clock): Promise<ExternalStub> {
  let isRefusing = false;
  const limited = (perSecond: number): RequestHandler => limitedBy(clock, perSecond, () => isRefusing);
  const app = express().disable('x-powered-by');
  app.get('/context7/search', limited(CONTEXT7_PER_SECOND), (req, res) => {
    res.json({ articles: rankArticles(textOf(req.query['query']), MOST_ARTICLES) });
  });
  const think = createThinker(clock);
  app.get('/perplexity/answer', limited(PERPLEXITY_PER_SECOND), async (req, res) => {
    const question = textOf(req.query['question']);
    await think(wordsOf(question).length * MS_PER_WORD);
    const sentences = rankArticles(question, MOST_ARTICLES).map(({ text }) => text.split(/(?<=\.)\s/)[0] ?? '');
    res.json({ answer: sentences.join(' ') });
  });
  const server = await HttpServer.start(app, { host: '127.0.0.1', port: 0, mayMove: false });
  return {
    urls: { context7: `${server.origin}/context7`, perplexity: `${server.origin}/perplexity` },
    refuseAll(shouldRefuse) {
      isRefusing = shouldRefuse;
    },
    stop: () => server.stop(0),
  };
}

function textOf(parameter: unknown): string {
  return typeof parameter === 'string' ? parameter : '';
}

function limitedBy(clock: Clock, perSecond: number, isRefusing: () => boolean): RequestHandler {
  const bucket = new TokenBucket(clock, perSecond, BURST);
  return (_req, res, next) => {
    const waitSeconds = isRefusing() ? 1 : bucket.take();
    if (waitSeconds === 0) next();
    else
      res
        .status(429)
        .set('Retry-After', String(Math.ceil(waitSeconds)))
        .json({ error: 'Too many requests.' });
  };
}

/** Whatever is thought about waits for all that came before it, as behind a service that works on one thing at a time. */
function createThinker(clock: Clock): (durationMs: number) => Promise<void> {
  let last = Promise.resolve();
  return (durationMs) => {
    last = last.then(
      () =>
        new Promise((resolve) => {
          clock.setTimer(durationMs, resolve);
        }),
    );
    return last;
  };
}
