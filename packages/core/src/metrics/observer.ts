import type { Clock } from '../interfaces/clock.ts';
import type { BoundObserver, Observer } from '../interfaces/instruments.ts';
import type { ExemplarLabels, LabelSet } from '../interfaces/label-set.ts';
import type { Timer } from '../interfaces/timer.ts';
import type { RecordProblems } from '../labels/record-problems.ts';
import { BoundRow } from './bound-row.ts';
import { ElapsedTimer } from './elapsed-timer.ts';
import type { ExemplarStore } from './exemplar-store.ts';
import { LabelledMetric } from './labelled-metric.ts';
import type { SamplingGate } from './sampling-gate.ts';
import { OUTCOME, trackRun } from './track-run.ts';
import { UnlabelledMetric } from './unlabelled-metric.ts';

/** What histograms and summaries with labels share. */
export abstract class LabelledObserver<Child extends ObserverChild>
  extends LabelledMetric<Child>
  implements Observer<LabelSet>
{
  abstract observe(labels: LabelSet, value: number, exemplar?: ExemplarLabels): void;

  startTimer(labels?: Partial<LabelSet>): Timer {
    // A label that is still missing is reported when the timer stops, like any other.
    return this.timer(labels as LabelSet | undefined);
  }

  track<T>(...args: [labels: LabelSet, fn: () => T] | [fn: () => T]): T {
    const [labels, fn] = args.length === 2 ? args : [undefined, args[0]];
    return trackRun(fn, this.timer(labels), this.resolved.labels.names.includes(OUTCOME));
  }

  override observation(labels: LabelSet | undefined, value: number): void {
    this.observe(labels ?? {}, value);
  }

  protected childContext(row: number): ObserverChildContext {
    return {
      row,
      problems: this.problems,
      clock: this.context.clock,
      unit: this.resolved.unit,
      gate: this.gate,
      exemplars: this.exemplars,
    };
  }
}

/** What histograms and summaries without labels share. */
export abstract class UnlabelledObserver extends UnlabelledMetric implements Observer {
  abstract observe(value: number, exemplar?: ExemplarLabels): void;

  startTimer(labels?: LabelSet): Timer {
    return this.timer(labels);
  }

  track<T>(fn: () => T): T {
    return trackRun(fn, this.timer(undefined), false);
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
export interface ObserverChildContext {
  readonly row: number;
  readonly problems: RecordProblems;
  readonly clock: Clock;
  readonly unit: string;
  readonly gate: SamplingGate | undefined;
  readonly exemplars: ExemplarStore;
}

/** A child of a histogram or summary. */
export abstract class ObserverChild extends BoundRow implements BoundObserver {
  protected readonly problems: RecordProblems;
  protected readonly gate: SamplingGate | undefined;
  protected readonly child: ObserverChildContext;

  constructor(child: ObserverChildContext) {
    super();
    this.problems = child.problems;
    this.gate = child.gate;
    this.child = child;
  }

  abstract observe(value: number, exemplar?: ExemplarLabels): void;

  startTimer(): Timer {
    return new ElapsedTimer(this.child.clock, this.child.unit, (elapsed) => this.observe(elapsed));
  }
}

/** Reports a value that cannot be observed. */
export function refuseObservation(problems: RecordProblems, value: unknown): void {
  problems.drop('invalid_value', () => `cannot observe ${String(value)}; observe finite numbers`);
}
