import type { Counter, Gauge, Histogram, Info, Metric, StateSet, Summary } from '../interfaces/instruments.ts';
import type { LabelSchema, LabelSet, LabelsOf } from '../interfaces/label-set.ts';
import type {
  CounterDefinition,
  GaugeDefinition,
  HistogramDefinition,
  InfoDefinition,
  MetricDefinition,
  StateSetDefinition,
  SummaryDefinition,
} from '../interfaces/metric-definition.ts';
import type { MetricRecorder } from '../interfaces/metric-recorder.ts';
import type { MetricType } from '../interfaces/metric-type.ts';
import type { Registerer } from '../interfaces/registerer.ts';
import type { Timer } from '../interfaces/timer.ts';
import { DroppedMetric } from './dropped-metric.ts';

/** The two halves that packages write through. */
export type MetricTarget = Registerer & MetricRecorder;

/** How a layer changes what passes through it. */
export interface LayerRules {
  /** The name under which the target knows a metric; `undefined` when it is to be dropped. */
  nameOf(name: string): string | undefined;
  /** Other changes to a definition; the name is already set. */
  redefine<Definition extends Omit<MetricDefinition, 'type'>>(
    original: string,
    definition: Definition,
    type: MetricType,
  ): Definition;
}

/**
 * A layer over a collector: it looks like one and passes everything on, with names and definitions changed by rules.
 * Layers may be stacked.
 */
export class RegistererLayer implements Registerer, MetricRecorder {
  readonly #target: MetricTarget;
  readonly #rules: LayerRules;

  constructor(target: MetricTarget, rules: LayerRules) {
    this.#target = target;
    this.#rules = rules;
  }

  registerMetric(definition: MetricDefinition): void {
    const changed = this.#change(definition, definition.type);
    if (changed !== undefined) this.#target.registerMetric(changed);
  }

  unregisterMetric(name: string): void {
    const known = this.#rules.nameOf(name);
    if (known !== undefined) this.#target.unregisterMetric(known);
  }

  getMetric(name: string): Metric | undefined {
    const known = this.#rules.nameOf(name);
    return known === undefined ? undefined : this.#target.getMetric(known);
  }

  counter<const Schema extends LabelSchema = readonly []>(
    definition: CounterDefinition<Schema>,
  ): Counter<LabelsOf<Schema>> {
    const changed = this.#change(definition, 'counter');
    return changed === undefined
      ? dropped<Counter<LabelsOf<Schema>>>(definition, 'counter')
      : this.#target.counter(changed);
  }

  gauge<const Schema extends LabelSchema = readonly []>(definition: GaugeDefinition<Schema>): Gauge<LabelsOf<Schema>> {
    const changed = this.#change(definition, 'gauge');
    return changed === undefined ? dropped<Gauge<LabelsOf<Schema>>>(definition, 'gauge') : this.#target.gauge(changed);
  }

  histogram<const Schema extends LabelSchema = readonly []>(
    definition: HistogramDefinition<Schema>,
  ): Histogram<LabelsOf<Schema>> {
    const changed = this.#change(definition, 'histogram');
    return changed === undefined
      ? dropped<Histogram<LabelsOf<Schema>>>(definition, 'histogram')
      : this.#target.histogram(changed);
  }

  summary<const Schema extends LabelSchema = readonly []>(
    definition: SummaryDefinition<Schema>,
  ): Summary<LabelsOf<Schema>> {
    const changed = this.#change(definition, 'summary');
    return changed === undefined
      ? dropped<Summary<LabelsOf<Schema>>>(definition, 'summary')
      : this.#target.summary(changed);
  }

  info<const Schema extends LabelSchema = readonly []>(definition: InfoDefinition<Schema>): Info<LabelsOf<Schema>> {
    const changed = this.#change(definition, 'info');
    return changed === undefined ? dropped<Info<LabelsOf<Schema>>>(definition, 'info') : this.#target.info(changed);
  }

  stateSet<const State extends string, const Schema extends LabelSchema = readonly []>(
    definition: StateSetDefinition<State, Schema>,
  ): StateSet<State, LabelsOf<Schema>> {
    const changed = this.#change(definition, 'stateset');
    return changed === undefined
      ? dropped<StateSet<State, LabelsOf<Schema>>>(definition, 'stateset')
      : this.#target.stateSet(changed);
  }

  increment(name: string, labels?: LabelSet, value?: number): void {
    const known = this.#rules.nameOf(name);
    if (known !== undefined) this.#target.increment(known, labels, value);
  }

  decrement(name: string, labels?: LabelSet, value?: number): void {
    const known = this.#rules.nameOf(name);
    if (known !== undefined) this.#target.decrement(known, labels, value);
  }

  set(name: string, value: number, labels?: LabelSet): void {
    const known = this.#rules.nameOf(name);
    if (known !== undefined) this.#target.set(known, value, labels);
  }

  observe(name: string, value: number, labels?: LabelSet): void {
    const known = this.#rules.nameOf(name);
    if (known !== undefined) this.#target.observe(known, value, labels);
  }

  startTimer(name: string, labels?: LabelSet): Timer {
    const known = this.#rules.nameOf(name);
    if (known !== undefined) return this.#target.startTimer(known, labels);
    return new DroppedMetric({ name, description: 'Dropped by a view.', type: 'histogram' }).startTimer();
  }

  async recordDuration<T>(name: string, fn: () => Promise<T>, labels?: LabelSet): Promise<T> {
    const known = this.#rules.nameOf(name);
    return known === undefined ? fn() : this.#target.recordDuration(known, fn, labels);
  }

  #change<Definition extends Omit<MetricDefinition, 'type'>>(
    definition: Definition,
    type: MetricType,
  ): Definition | undefined {
    const name = this.#rules.nameOf(definition.name);
    return name === undefined ? undefined : this.#rules.redefine(definition.name, { ...definition, name }, type);
  }
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- The caller says which instrument it stands for.
function dropped<Instrument extends Metric>(
  definition: Omit<MetricDefinition, 'type'>,
  type: MetricDefinition['type'],
): Instrument {
  // It has the operations of every type and does nothing in each.
  return new DroppedMetric({ ...definition, type }) as unknown as Instrument;
}
