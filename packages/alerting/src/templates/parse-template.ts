import { TEMPLATE_FUNCTIONS } from './template-functions.ts';
import type { TemplateExpression, TemplateNode } from './template-node.ts';
import { parsePipeline } from './parse-pipeline.ts';
import { Template } from './template.ts';

const ACTION = /\{\{(?<trimBefore>- )?(?<body>(?:[^"`}]|"(?:[^"\\]|\\.)*"|`[^`]*`|\}(?!\}))*?)(?<trimAfter> -)?\}\}/gs;

/** A part of the text: what is between actions, or an action. */
type Piece = { readonly text: string } | { readonly action: string };

/**
 * Reads a template in the language of Prometheus: `{{ $labels.instance }}`, `{{ $value | humanize }}`,
 * `{{ if gt $value 5.0 }}…{{ else }}…{{ end }}`. Nothing in it is ever run as code.
 *
 * @throws SyntaxError for anything else.
 */
export function parseTemplate(text: string): Template {
  if (!text.includes('{{')) return new Template([{ kind: 'text', text }]);
  const reader = new BlockReader(piecesOf(text));
  return new Template(reader.read());
}

function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  let trims = false;
  const addText = (part: string): void => {
    const kept = trims ? part.trimStart() : part;
    if (kept.includes('{{'))
      throw new SyntaxError(`The action at ${JSON.stringify(kept.slice(kept.indexOf('{{'), 40))} has no end.`);
    if (kept !== '') pieces.push({ text: kept });
  };
  for (const match of text.matchAll(ACTION)) {
    const { trimBefore, body = '', trimAfter } = match.groups ?? {};
    const before = text.slice(end, match.index);
    addText(trimBefore === undefined ? before : before.trimEnd());
    pieces.push({ action: body.trim() });
    trims = trimAfter !== undefined;
    end = match.index + match[0].length;
  }
  addText(text.slice(end));
  return pieces;
}

/** Puts `if`, `else` and `end` together. */
class BlockReader {
  readonly #pieces: readonly Piece[];
  #next = 0;

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  read(): readonly TemplateNode[] {
    const { nodes, stop } = this.#nodes();
    if (stop !== undefined) throw new SyntaxError(`There is no {{ if }} before {{ ${stop} }}.`);
    return nodes;
  }

  #nodes(): { readonly nodes: readonly TemplateNode[]; readonly stop: string | undefined } {
    const nodes: TemplateNode[] = [];
    for (let piece = this.#pieces[this.#next++]; piece !== undefined; piece = this.#pieces[this.#next++]) {
      if ('text' in piece) {
        nodes.push({ kind: 'text', text: piece.text });
        continue;
      }
      const { action } = piece;
      if (action === 'end' || action === 'else' || action.startsWith('else ')) return { nodes, stop: action };
      if (action.startsWith('/*')) continue;
      nodes.push(
        action.startsWith('if ') ? this.#condition(action.slice(3)) : { kind: 'output', value: expressionOf(action) },
      );
    }
    return { nodes, stop: undefined };
  }

  #condition(text: string): TemplateNode {
    const condition = expressionOf(text);
    const { nodes: matching, stop } = this.#nodes();
    if (stop === undefined) throw new SyntaxError(`{{ if ${text} }} has no {{ end }}.`);
    if (stop === 'end') return { kind: 'if', condition, matching, otherwise: [] };
    const more = stop.slice('else'.length).trim();
    if (more.startsWith('if ')) return { kind: 'if', condition, matching, otherwise: [this.#condition(more.slice(3))] };
    if (more !== '') throw new SyntaxError(`{{ ${stop} }} is neither {{ else }} nor {{ else if … }}.`);
    const { nodes: otherwise, stop: end } = this.#nodes();
    if (end !== 'end') throw new SyntaxError(`{{ if ${text} }} has no {{ end }} behind its {{ else }}.`);
    return { kind: 'if', condition, matching, otherwise };
  }
}

function expressionOf(text: string): TemplateExpression {
  return parsePipeline(text, (name) => TEMPLATE_FUNCTIONS.has(name));
}
