import type { Counter, Observer } from '../interfaces/instruments.ts';
import type { AmountArgs, TrackArgs } from '../interfaces/record-args.ts';

type Method<This, Args extends unknown[], Result> = (this: This, ...args: Args) => Result;

/** Labels that `track` asks for, if any. */
type TrackLabels<L> = [keyof Omit<L, 'outcome'>] extends [never] ? [] : [labels: Omit<L, 'outcome'>];

/**
 * Method decorator: observes how long each call takes, synchronous or not, as `Observer.track` does.
 *
 * @param observer - Histogram or summary.
 * @param labels - Labels other than `outcome`, which is filled in.
 */
export function timed<L>(
  observer: Observer<L>,
  ...labels: TrackLabels<L>
): <This, Args extends unknown[], Result>(
  method: Method<This, Args, Result>,
  context: ClassMethodDecoratorContext<This, Method<This, Args, Result>>,
) => Method<This, Args, Result> {
  return (method) =>
    function timedMethod(...args) {
      // The labels that `track` asks for, followed by the function: what `TrackArgs` says in either of its forms.
      const trackArgs = [...labels, () => method.apply(this, args)] as unknown as TrackArgs<
        L,
        ReturnType<typeof method>
      >;
      return observer.track(...trackArgs);
    };
}

/**
 * Method decorator: counts each call.
 *
 * @param counter - Counter.
 * @param amountArgs - Labels, if the counter has any, and the amount.
 */
export function counted<L>(
  counter: Counter<L>,
  ...amountArgs: AmountArgs<L>
): <This, Args extends unknown[], Result>(
  method: Method<This, Args, Result>,
  context: ClassMethodDecoratorContext<This, Method<This, Args, Result>>,
) => Method<This, Args, Result> {
  return (method) =>
    function countedMethod(...args) {
      counter.inc(...amountArgs);
      return method.apply(this, args);
    };
}
