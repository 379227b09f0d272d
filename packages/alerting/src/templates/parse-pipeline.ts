import type { TemplateExpression } from './template-node.ts';

const TOKEN =
  /\s*(?:(?<string>"(?:[^"\\]|\\.)*"|`[^`]*`)|(?<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|(?<name>\$?\.?[A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)*)|(?<mark>[|()]))/gy;

interface Token {
  readonly kind: string;
  readonly text: string;
}

/**
 * Reads what stands between braces: operands, calls with parameters behind the name, pipes.
 *
 * @param isFunction - Whether there is a function of that name.
 * @throws SyntaxError for anything else.
 */
export function parsePipeline(text: string, isFunction: (name: string) => boolean): TemplateExpression {
  const reader = new PipelineReader(tokensOf(text), isFunction);
  const expression = reader.pipeline();
  reader.expectEnd();
  return expression;
}

class PipelineReader {
  readonly #tokens: readonly Token[];
  readonly #isFunction: (name: string) => boolean;
  #next = 0;

  constructor(tokens: readonly Token[], isFunction: (name: string) => boolean) {
    this.#tokens = tokens;
    this.#isFunction = isFunction;
  }

  pipeline(): TemplateExpression {
    let expression = this.#command();
    while (this.#peek()?.text === '|' && this.#peek()?.kind === 'mark') {
      this.#next++;
      expression = this.#command(expression);
    }
    return expression;
  }

  expectEnd(): void {
    const token = this.#peek();
    if (token !== undefined) throw new SyntaxError(`${JSON.stringify(token.text)} is not expected there.`);
  }

  /** A function with its parameters, or one operand. What is piped in becomes the last parameter. */
  #command(piped?: TemplateExpression): TemplateExpression {
    const token = this.#peek();
    if (token?.kind === 'name' && this.#isFunction(token.text)) {
      this.#next++;
      const parameters = this.#operands();
      return { kind: 'call', name: token.text, parameters: piped === undefined ? parameters : [...parameters, piped] };
    }
    if (piped !== undefined) throw new SyntaxError(`${JSON.stringify(token?.text ?? '')} is no function.`);
    const [operand, ...more] = this.#operands();
    if (operand === undefined || more.length > 0) throw new SyntaxError('One value is expected between braces.');
    return operand;
  }

  #operands(): readonly TemplateExpression[] {
    const operands: TemplateExpression[] = [];
    for (
      let token = this.#peek();
      token !== undefined && token.text !== '|' && token.text !== ')';
      token = this.#peek()
    ) {
      this.#next++;
      operands.push(token.text === '(' ? this.#group() : operandOf(token));
    }
    return operands;
  }

  #group(): TemplateExpression {
    const expression = this.pipeline();
    if (this.#peek()?.text !== ')') throw new SyntaxError('A parenthesis is not closed.');
    this.#next++;
    return expression;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#next];
  }
}

function operandOf({ kind, text }: Token): TemplateExpression {
  if (kind === 'string') return { kind: 'literal', value: stringOf(text) };
  if (kind === 'number') return { kind: 'literal', value: Number(text) };
  if (text === 'true' || text === 'false') return { kind: 'literal', value: text === 'true' };
  if (text === '$value' || text === '.Value') return { kind: 'value' };
  if (text === '$labels' || text === '.Labels') return { kind: 'labels' };
  const label = /^(?:\$labels|\.Labels)\.(?<name>\w+)$/.exec(text)?.groups?.['name'];
  if (label !== undefined) return { kind: 'label', name: label };
  throw new SyntaxError(
    `${JSON.stringify(text)} is neither a value nor a function. There are $value, $labels and $labels.<name>.`,
  );
}

function stringOf(text: string): string {
  if (text.startsWith('`')) return text.slice(1, -1);
  const value: unknown = JSON.parse(text);
  return String(value);
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [kind, found] =
      Object.entries<string | undefined>(match.groups ?? {}).find(([, value]) => value !== undefined) ?? [];
    if (kind !== undefined && found !== undefined) tokens.push({ kind, text: found });
    end = match.index + match[0].length;
  }
  const rest = text.slice(end).trim();
  if (rest !== '') throw new SyntaxError(`${JSON.stringify(rest)} cannot be read.`);
  if (tokens.length === 0) throw new SyntaxError('There is nothing between the braces.');
  return tokens;
}
