import { ReservedLabelValue } from '@bduf/metrics-core/interfaces';
import { LabelBudget } from '../labels/label-budget.ts';

/** A name that somebody gave: words without blanks. */
const NAME = /^[A-Za-z_][\w.:-]{0,63}$/;
/** The verb at the start of a statement, after blanks, comments and parentheses. */
const LEADING_VERB = /^(?:\s|\(|--[^\n]*\n|\/\*[^]*?\*\/)*([A-Za-z]{2,16})\b/;
const MAX_OPERATIONS = 100;

/** Makes bounded label values of what a query does. */
export class OperationLabel {
  readonly #budget = new LabelBudget(MAX_OPERATIONS);

  /** A name stays as it is; what is none is taken for a statement. */
  ofName(operation: string): string {
    return NAME.test(operation) ? this.#budget.admit(operation) : this.ofStatement(operation);
  }

  /** Of a statement only the verb is left, in lower case. */
  ofStatement(statement: string): string {
    const verb = LEADING_VERB.exec(statement)?.[1]?.toLowerCase();
    return this.#budget.admit(verb ?? ReservedLabelValue.OTHER);
  }
}
