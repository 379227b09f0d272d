import type { QueryExpression } from '@bduf/metrics-core/interfaces';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type JsonAnswer, ask, config } from './server.ts';
import { serverNow, shownWindow } from './state.ts';

/** What is known of the answers. Older answers stay while newer ones are asked for. */
export interface Answers {
  readonly answers: readonly JsonAnswer[] | undefined;
  readonly error: string | undefined;
}

/** A window of the grid. */
export type Window = typeof shownWindow.value;

/**
 * Answers to questions on the grid, kept up to date; with `instant`, at its last moment only. The questions may depend on
 * the window, since windows of rates do.
 */
export function useAnswers(questions: (window: Window) => readonly QueryExpression[], isInstant = false): Answers {
  const [state, setState] = useState<Answers>({ answers: undefined, error: undefined });
  const window = shownWindow.value;
  const expressions = questions(window);
  const key = `${window.startMs}/${window.endMs}/${JSON.stringify(expressions)}`;
  const latest = useRef('');
  // A closed laptop or a paused view must not be asked before the first frame told the time.
  const isReady = serverNow.value > 0 && config.value?.hasHistory === true;
  useEffect(() => {
    if (!isReady) return;
    latest.current = key;
    const { endMs, stepMs } = window;
    const startMs = isInstant ? endMs : window.startMs;
    const show = (next: (known: Answers) => Answers): void => {
      if (latest.current === key) setState(next);
    };
    Promise.all(
      expressions.map((expression) => ask({ expression, startMs, endMs, stepMs: isInstant ? 0 : stepMs })),
    ).then(
      (answers) => show(() => ({ answers, error: undefined })),
      (error: unknown) =>
        show(({ answers }) => ({ answers, error: error instanceof Error ? error.message : String(error) })),
    );
  }, [key, isReady]);
  return state;
}

/** The last value of the only series of an answer; `null` when there is none. */
export function single(answer: JsonAnswer | undefined): number | null {
  const values = answer?.series[0]?.v;
  return values?.[values.length - 1] ?? null;
}

/** Last values by a label, or by several joined with a zero character. */
export function byLabel(answer: JsonAnswer | undefined, ...names: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const { labels, v } of answer?.series ?? []) {
    const value = v[v.length - 1];
    if (value !== null && value !== undefined) found.set(names.map((name) => labels[name] ?? '').join('\u0000'), value);
  }
  return found;
}
