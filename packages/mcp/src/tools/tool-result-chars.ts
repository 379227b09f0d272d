import type { WireResult } from '../sdk/wire-message.ts';

/**
 * Characters of text in a tool's answer: what a model has to read. Text blocks and the text of embedded resources
 * count; data counts as JSON when there is no text to stand for it. Images and audio do not count.
 */
export function toolResultChars(result: unknown): number {
  if (typeof result !== 'object' || result === null) return 0;
  const { content, structuredContent } = result as WireResult;
  let chars = 0;
  if (Array.isArray(content)) for (const block of content) chars += charsOfBlock(block);
  if (chars > 0 || structuredContent === undefined) return chars;
  return JSON.stringify(structuredContent).length;
}

interface ContentBlock {
  readonly text?: unknown;
  readonly resource?: { readonly text?: unknown } | null;
}

function charsOfBlock(block: unknown): number {
  if (typeof block !== 'object' || block === null) return 0;
  const { text, resource } = block as ContentBlock;
  if (typeof text === 'string') return text.length;
  return typeof resource?.text === 'string' ? resource.text.length : 0;
}
