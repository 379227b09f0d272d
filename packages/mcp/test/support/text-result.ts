/** A tool's answer of one text. */
export interface TextResult {
  readonly content: readonly [{ readonly type: 'text'; readonly text: string }];
}

/** Makes an answer of one text. */
export function text(value: string): TextResult {
  return { content: [{ type: 'text', text: value }] };
}
