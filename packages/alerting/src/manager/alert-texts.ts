import type { AlertRule } from '../rules/alert-rule.ts';
import type { AlertInstance } from '../evaluation/alert-instance.ts';
import { parseTemplate } from '../templates/parse-template.ts';
import type { Template } from '../templates/template.ts';

/** The texts of the alerts of one rule. */
export class AlertTexts {
  readonly #templates: readonly (readonly [name: string, template: Template])[];

  /** The description of the rule is the annotation `description`, unless that is given. */
  constructor({ description, annotations = {} }: AlertRule) {
    const texts = Object.entries({ description, ...annotations });
    this.#templates = texts.map(([name, text]) => [name, parseTemplate(text)] as const);
  }

  /** The annotations of an alert, filled in. */
  of({ labels, value }: Pick<AlertInstance, 'labels' | 'value'>): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#templates.map(([name, template]) => [name, template.render({ labels, value })]));
  }
}
