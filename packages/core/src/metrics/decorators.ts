import type { Counter, Observer } from '../interfaces/instruments.ts';
import type { AmountArgs, TrackArgs, TrackLabels } from '../interfaces/record-args.ts';

/** A method as a decorator sees it. */
export type DecoratedMethod<This, Args extends unknown[], Result> = (this: This, ...args: Args) => Result;

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
  method: DecoratedMethod<This, Args, Result>,
  context: ClassMethodDecoratorContext<This, DecoratedMethod<This, Args, Result>>,
) => DecoratedMethod<This, Args, Result> {
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
  method: DecoratedMethod<This, Args, Result>,
  context: ClassMethodDecoratorContext<This, DecoratedMethod<This, Args, Result>>,
) => DecoratedMethod<This, Args, Result> {
  return (method) =>
    function countedMethod(...args) {
      counter.inc(...amountArgs);
      return method.apply(this, args);
    };
}
