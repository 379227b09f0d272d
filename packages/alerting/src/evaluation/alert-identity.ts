import { hash } from 'node:crypto';
import type { AlertRule } from '../rules/alert-rule.ts';
import { parseTemplate } from '../templates/parse-template.ts';
import type { Template } from '../templates/template.ts';

type Labels = Readonly<Record<string, string>>;

/** Which alert of a rule a series stands for. */
export interface AlertIdentity {
  /** All labels, canonical. Two alerts are the same when their keys are. */
  readonly key: string;
  /** Labels of the alert. */
  readonly labels: Labels;
}

/** Works out which alerts the series of one rule stand for. */
export class AlertIdentities {
  readonly #rule: AlertRule;
  readonly #templates: readonly (readonly [name: string, template: Template])[];
  /** Stores hand out the same label objects again and again. */
  readonly #known = new WeakMap<Labels, AlertIdentity>();

  constructor(rule: AlertRule) {
    this.#rule = rule;
    this.#templates = Object.entries(rule.labels).map(([name, text]) => [name, parseTemplate(text)] as const);
  }

  /** The alert that a series stands for. Labels of the rule win over those of the series, `alertname` over both. */
  of(series: Labels): AlertIdentity {
    let identity = this.#known.get(series);
    if (identity === undefined) {
      identity = this.#make(series);
      this.#known.set(series, identity);
    }
    return identity;
  }

  #make(series: Labels): AlertIdentity {
    const labels: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const [name, value] of Object.entries(series)) labels[name] = value;
    for (const [name, template] of this.#templates) labels[name] = template.render({ labels: series, value: NaN });
    labels['alertname'] = this.#rule.name;
    const pairs = Object.entries(labels)
      .filter(([, value]) => value !== '')
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
    return { key: JSON.stringify(pairs.flat()), labels: Object.fromEntries(pairs) };
  }
}

/** Stable id of an alert: 64 bits as hexadecimal. */
export function alertId(key: string): string {
  return hash('sha1', key, 'buffer').toString('hex', 0, 8);
}
