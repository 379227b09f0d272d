const NEEDS_ESCAPE = /[\\\n"]/;

/** Escapes a label value, in both text formats alike. */
export function escapeLabelValue(value: string): string {
  if (!NEEDS_ESCAPE.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

/** Escapes a HELP text of Prometheus text 0.0.4, which leaves quotes alone. */
export function escapeHelp(description: string): string {
  return description.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

/** One label of a sample line. */
export function renderTextLabel(name: string, value: string): string {
  return `${name}="${escapeLabelValue(value)}"`;
}
