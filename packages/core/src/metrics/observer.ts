import type { Clock } from '../interfaces/clock.ts';
import type { BoundObserver, Observer } from '../interfaces/instruments.ts';
import type { LabelSet } from '../interfaces/label-set.ts';
import type { Timer } from '../interfaces/timer.ts';
import type { RecordProblems } from '../storage/record-problems.ts';
import { BoundRow } from './bound-row.ts';
import { ElapsedTimer } from './elapsed-timer.ts';
import { LabelledMetric } from './labelled-metric.ts';
import { UnlabelledMetric } from './unlabelled-metric.ts';

/** What histograms and summaries with labels share. */
export abstract class LabelledObserver<Child extends ObserverChild>
  extends LabelledMetric<Child>
  implements Observer<LabelSet>
{
  abstract observe(labels: LabelSet, value: number): void;

  startTimer(labels?: Partial<LabelSet>): Timer {
    // A label that is still missing is reported when the timer stops, like any other.
    return this.timer(labels as LabelSet | undefined);
  }

  override observation(labels: LabelSet | undefined, value: number): void {
    this.observe(labels ?? {}, value);
  }

  protected get place(): ObserverPlace {
    return { problems: this.problems, clock: this.context.clock, unit: this.resolved.unit };
  }
}

/** What histograms and summaries without labels share. */
export abstract class UnlabelledObserver extends UnlabelledMetric implements Observer {
  abstract observe(value: number): void;

  startTimer(labels?: LabelSet): Timer {
    return this.timer(labels);
  }

  labels(labels: LabelSet): BoundObserver {
    this.accepts(labels);
    return this;
  }

  override observation(labels: LabelSet | undefined, value: number): void {
    if (this.accepts(labels)) this.observe(value);
  }
}

/** What a child needs to know of its metric. */
export interface ObserverPlace {
  readonly problems: RecordProblems;
  readonly clock: Clock;
  readonly unit: string;
}

/** A child of a histogram or summary. */
export abstract class ObserverChild extends BoundRow implements BoundObserver {
  protected readonly problems: RecordProblems;
  readonly #place: ObserverPlace;

  constructor(place: ObserverPlace) {
    super();
    this.problems = place.problems;
    this.#place = place;
  }

  abstract observe(value: number): void;

  startTimer(): Timer {
    return new ElapsedTimer(this.#place.clock, this.#place.unit, (elapsed) => this.observe(elapsed));
  }
}

/** Reports a value that cannot be observed. */
export function refuseObservation(problems: RecordProblems, value: unknown): void {
  problems.drop('invalid_value', () => `cannot observe ${String(value)}; observe finite numbers`);
}
