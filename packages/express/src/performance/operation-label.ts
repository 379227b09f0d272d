import { ReservedLabelValue } from '@bduf/metrics-core/interfaces';
import { LabelBudget } from '../labels/label-budget.ts';

/** A name that somebody gave: words without blanks. */
const NAME = /^[A-Za-z_][\w.:-]{0,63}$/;
/** The verb at the start of a statement, after blanks, comments and parentheses. */
const LEADING_VERB = /^(?:\s|\(|--[^\n]*\n|\/\*[^]*?\*\/)*([A-Za-z]{2,16})\b/;
const MAX_OPERATIONS = 100;

/**
 * Makes label values of what callers say that a query does: a name stays as it is, of a statement only the verb is left,
 * in lower case. Bounded.
 */
export class OperationLabel {
  readonly #budget = new LabelBudget(MAX_OPERATIONS);

  /** The label value of an operation. */
  of(operation: string): string {
    return this.#budget.admit(summaryOf(operation));
  }
}

function summaryOf(operation: string): string {
  if (NAME.test(operation)) return operation;
  return LEADING_VERB.exec(operation)?.[1]?.toLowerCase() ?? ReservedLabelValue.OTHER;
}
