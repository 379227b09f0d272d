/** A built module of the exporters that no entry point offers: what it does inside is measured here, and used by nobody. */
export function exportersInternal(file) {
  return import(new URL(`../../../packages/exporters/dist/${file}`, import.meta.url).href);
}
