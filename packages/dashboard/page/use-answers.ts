import type { QueryExpression } from '@bduf/metrics-core/interfaces';
import { effect, untracked } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type JsonAnswer, ask, config } from './server.ts';
import { isTimeKnown, shownWindow } from './state.ts';

/** A window of the grid. */
export type Window = typeof shownWindow.value;

/** What is known of the answers. Older answers stay while newer ones are asked for. */
export interface Answers {
  readonly answers: readonly JsonAnswer[] | undefined;
  readonly error: string | undefined;
  /** The window that the answers are about. */
  readonly window: Window;
}

/** Any window: questions are the same when they are the same there. */
const SOME_WINDOW: Window = { startMs: 0, endMs: 1, stepMs: 1, rateMs: 1 };

/**
 * Answers to questions on the grid, kept up to date; with `instant`, at its last moment only. The questions may depend on
 * the window, since windows of rates do. A component is called again for answers, not for each new window.
 */
export function useAnswers(questions: (window: Window) => readonly QueryExpression[], isInstant = false): Answers {
  const [state, setState] = useState<Answers>({ answers: undefined, error: undefined, window: SOME_WINDOW });
  const latest = useRef(questions);
  latest.current = questions;
  useEffect(() => {
    let newest = 0;
    const stop = effect(() => {
      const window = shownWindow.value;
      // A closed laptop or a paused view must not be asked before the first frame told the time.
      if (!isTimeKnown.value || config.value?.hasHistory !== true) return;
      const { endMs, stepMs } = window;
      const startMs = isInstant ? endMs : window.startMs;
      const mine = (newest += 1);
      const show = (next: (known: Answers) => Answers): void => {
        if (newest === mine) setState(next);
      };
      Promise.all(
        untracked(() => latest.current(window)).map((expression) =>
          ask({ expression, startMs, endMs, stepMs: isInstant ? 0 : stepMs }),
        ),
      ).then(
        (answers) => show(() => ({ answers, error: undefined, window })),
        (error: unknown) =>
          show((known) => ({ ...known, error: error instanceof Error ? error.message : String(error) })),
      );
    });
    return () => {
      newest = NaN;
      stop();
    };
  }, [JSON.stringify(questions(SOME_WINDOW)), isInstant]);
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
