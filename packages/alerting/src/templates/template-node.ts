/** What expressions of templates have as values. */
export type TemplateValue = string | number | boolean | Readonly<Record<string, string>>;

/** A part of a template. */
export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'output'; readonly value: TemplateExpression }
  | {
      readonly kind: 'if';
      readonly condition: TemplateExpression;
      readonly matching: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    };

/** An expression of a template. */
export type TemplateExpression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'value' }
  | { readonly kind: 'labels' }
  | { readonly kind: 'label'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly parameters: readonly TemplateExpression[] };
