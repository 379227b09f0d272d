import { ReservedLabelValue } from '../interfaces/label-set.ts';
import type { LabelPlan } from '../definition/label-plan.ts';
import { scopedLabel } from './label-scope.ts';
import { labelText, MAX_LABEL_VALUE_LENGTH } from './label-text.ts';
import type { AdjustReason } from './record-problems.ts';

/** What a label set says: a text for each label of the plan, or why it must be refused. */
export type LabelReading =
  | { readonly texts: string[]; readonly adjustments: readonly Adjustment[] }
  | { readonly fault: { readonly reason: 'invalid_labels' | 'unknown_label'; readonly detail: string } };

interface Adjustment {
  readonly reason: AdjustReason;
  readonly detail: string;
}

/** Reads a label set without storing anything. May throw what the caller's getters throw. */
export function readLabels(labels: unknown, plan: LabelPlan): LabelReading {
  if (labels !== undefined && (typeof labels !== 'object' || labels === null)) {
    return {
      fault: {
        reason: 'invalid_labels',
        detail: `labels must be an object, not ${labels === null ? 'null' : typeof labels}`,
      },
    };
  }
  // Checked above; property reads of any kind of object are what is wanted here.
  const given = (labels ?? {}) as Readonly<Record<string, unknown>>;
  for (const name in given) {
    if (!plan.names.includes(name)) {
      const known = plan.names.length === 0 ? 'it has none' : `it has ${plan.names.join(', ')}`;
      return { fault: { reason: 'unknown_label', detail: `the metric has no label "${name}"; ${known}` } };
    }
  }
  const adjustments: Adjustment[] = [];
  const texts: string[] = [];
  for (let at = 0; at < plan.names.length; at++) {
    const name = plan.names[at] ?? '';
    const value: unknown = given[name] ?? scopedLabel(name);
    const text = labelText(value);
    if (text === undefined) {
      return {
        fault: { reason: 'invalid_labels', detail: `label "${name}" has a value without text (${typeof value})` },
      };
    }
    if ((value === undefined || value === null) && plan.optional[at] === true) texts.push('');
    else texts.push(adjustedText(name, value, text, plan.allowed[at], adjustments));
  }
  return { texts, adjustments };
}

function adjustedText(
  name: string,
  value: unknown,
  text: string,
  allowed: ReadonlySet<string> | undefined,
  adjustments: Adjustment[],
): string {
  if (value === undefined || value === null) {
    adjustments.push({ reason: 'missing_label', detail: `label "${name}" is missing; it is recorded as empty` });
  } else if (typeof value === 'string' && value.length > MAX_LABEL_VALUE_LENGTH) {
    const detail = `a value of label "${name}" has ${value.length} characters; it is cut to ${MAX_LABEL_VALUE_LENGTH}`;
    adjustments.push({ reason: 'label_value_too_long', detail });
  }
  if (allowed === undefined || allowed.has(text) || text === '') return text;
  const detail = `label "${name}" may not be ${JSON.stringify(text)}; it is recorded as ${ReservedLabelValue.OTHER}`;
  adjustments.push({ reason: 'label_value_not_allowed', detail });
  return ReservedLabelValue.OTHER;
}
