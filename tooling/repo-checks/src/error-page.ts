/** A code, wherever it is written. */
const CODE = /METRICS_ERR_[A-Z0-9]+(?:_[A-Z0-9]+)*/g;

/** What the page says about the codes that the sources have. */
export interface ErrorPageFaults {
  /** Codes in source that have no section. */
  readonly undocumented: readonly string[];
  /** Sections of codes that no source throws. */
  readonly stale: readonly string[];
  /** Sections without a cause or a remedy, and codes with two sections. */
  readonly incomplete: readonly string[];
}

/**
 * Compares the errors page with the sources. A code counts as thrown where it stands in quotes; wherever else it is
 * mentioned it must have a section too.
 *
 * @param page - Markdown with one `### \`CODE\`` section for each code.
 * @param sources - The texts of all source files.
 */
export function errorPageFaults(page: string, sources: readonly string[]): ErrorPageFaults {
  const mentioned = new Set(sources.flatMap((text) => text.match(CODE) ?? []));
  const thrown = new Set(
    sources.flatMap((text) => text.match(/'METRICS_ERR_[A-Z0-9_]+'/g) ?? []).map((quoted) => quoted.slice(1, -1)),
  );
  const sections = page
    .split(/^#{2,3} /m)
    .filter((section) => section.startsWith('`METRICS_ERR_'))
    .map((section) => ({ code: section.split('`')[1] ?? '', text: section }));
  const documented = sections.map(({ code }) => code);
  return {
    undocumented: [...mentioned].filter((code) => !documented.includes(code)).toSorted(),
    stale: documented.filter((code) => !thrown.has(code)),
    incomplete: sections
      .filter(
        ({ code, text }) =>
          !/^Cause: \S/m.test(text) ||
          !/^Remedy: \S/m.test(text) ||
          documented.filter((each) => each === code).length > 1,
      )
      .map(({ code }) => code),
  };
}
