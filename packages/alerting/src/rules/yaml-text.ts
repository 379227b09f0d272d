/**
 * A text as a double-quoted scalar of YAML, which takes all escapes of JSON (YAML 1.2.2, section 5.7). What YAML does not print as it
 * is, or takes for the end of a line, is escaped, too.
 */
export function yamlText(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007F-\u009F\u2028\u2029\uFEFF]/g,
    (char) => String.raw`\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
