/**
 * A label value as callers may give it. It is stored as its string: `200`, `200n` and `'200'` are one series.
 */
export type LabelValue = string | number | boolean | bigint;

/** Label names and values of one series. Recording never keeps the object: values are copied when the series is created. */
export type LabelSet = Readonly<Record<string, LabelValue>>;

/** The label set of a metric that declares no labels. */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- No keys is exactly what is meant.
export type NoLabels = Readonly<Record<never, never>>;

/**
 * What a label may hold: a closed list of values, or a type. The words `'string'`, `'number'` and `'boolean'`
 * mean the same as the constructors and can stand in constant tables. `'scope'` is a label that may be left out: its
 * value then comes from the surrounding `runWithLabels`, or is empty.
 */
export type LabelSpec =
  | readonly LabelValue[]
  | StringConstructor
  | NumberConstructor
  | BooleanConstructor
  | 'string'
  | 'number'
  | 'boolean'
  | 'scope';

/** The labels of a metric: their names, or a record from name to what the label may hold. Order is kept in output. */
export type LabelSchema = readonly string[] | Readonly<Record<string, LabelSpec>>;

/** The values a label accepts by its {@link LabelSpec}. */
export type LabelValueOf<Spec> = Spec extends readonly (infer Value)[]
  ? Value
  : Spec extends StringConstructor | 'string'
    ? string
    : Spec extends NumberConstructor | 'number'
      ? number
      : Spec extends BooleanConstructor | 'boolean'
        ? boolean
        : LabelValue;

/** Names of the labels of a schema that may be left out. */
export type ScopeNames<Schema> = { [Name in keyof Schema]: Schema[Name] extends 'scope' ? Name : never }[keyof Schema];

/**
 * The label set that a {@link LabelSchema} asks for: every label required, but for those of the scope; closed lists as
 * unions.
 */
export type LabelsOf<Schema extends LabelSchema> = Schema extends readonly string[]
  ? { readonly [Name in Schema[number]]: LabelValue }
  : { readonly [Name in Exclude<keyof Schema, ScopeNames<Schema>>]: LabelValueOf<Schema[Name]> } & {
      readonly [Name in ScopeNames<Schema>]?: LabelValue;
    };

/**
 * Labels of an exemplar, such as `trace_id`. Names and values together hold at most 128 code points; a longer set is left out
 * and counted.
 */
export type ExemplarLabels = Readonly<Record<string, string>>;

/** Values of labels that the framework itself assigns. */
export const ReservedLabelValue = {
  /** A request whose URL matched no route. */
  UNMATCHED: 'unmatched',
  /** A client-controlled name (method, tool, …) outside the known set. */
  OTHER: '_OTHER',
  /** The series or label value that takes what a budget refused. */
  OVERFLOW: '__overflow__',
} as const;
/** Values of labels that the framework itself assigns. */
export type ReservedLabelValue = (typeof ReservedLabelValue)[keyof typeof ReservedLabelValue];
