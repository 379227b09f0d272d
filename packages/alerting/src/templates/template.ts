import { TEMPLATE_FUNCTIONS, isTruthy, textOf } from './template-functions.ts';
import type { TemplateExpression, TemplateNode, TemplateValue } from './template-node.ts';

/** What a template is filled in with. */
export interface TemplateData {
  /** Labels of the alert. */
  readonly labels: Readonly<Record<string, string>>;
  /** Value of the alert. */
  readonly value: number;
}

/** A text with places that are filled in for each alert. */
export class Template {
  readonly #nodes: readonly TemplateNode[];

  constructor(nodes: readonly TemplateNode[]) {
    this.#nodes = nodes;
  }

  /** Whether the text depends on the value. */
  get usesValue(): boolean {
    return this.#nodes.some(nodeUsesValue);
  }

  /** The text. A failure, such as text where a number is needed, stands in the place of the whole, as in Prometheus. */
  render(data: TemplateData): string {
    try {
      return renderNodes(this.#nodes, data);
    } catch (error) {
      return `<error expanding template: ${error instanceof Error ? error.message : String(error)}>`;
    }
  }
}

function renderNodes(nodes: readonly TemplateNode[], data: TemplateData): string {
  let text = '';
  for (const node of nodes) {
    if (node.kind === 'text') text += node.text;
    else if (node.kind === 'output') text += textOf(valueOf(node.value, data));
    else text += renderNodes(isTruthy(valueOf(node.condition, data)) ? node.matching : node.otherwise, data);
  }
  return text;
}

function valueOf(expression: TemplateExpression, data: TemplateData): TemplateValue {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'value':
      return data.value;
    case 'labels':
      return data.labels;
    case 'label':
      return Object.hasOwn(data.labels, expression.name) ? (data.labels[expression.name] ?? '') : '';
    case 'call':
    default: {
      const run = TEMPLATE_FUNCTIONS.get(expression.name);
      return run?.(expression.parameters.map((parameter) => valueOf(parameter, data))) ?? '';
    }
  }
}

function nodeUsesValue(node: TemplateNode): boolean {
  if (node.kind === 'text') return false;
  if (node.kind === 'output') return expressionUsesValue(node.value);
  return expressionUsesValue(node.condition) || [...node.matching, ...node.otherwise].some(nodeUsesValue);
}

function expressionUsesValue(expression: TemplateExpression): boolean {
  return expression.kind === 'value' || (expression.kind === 'call' && expression.parameters.some(expressionUsesValue));
}
