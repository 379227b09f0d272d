/** What stands in place of a value that nobody may see. */
const REDACTED = '[redacted]';

/** Hides the values of some labels. */
export class LabelRedactor {
  readonly #names: ReadonlySet<string>;

  /** @param names - Labels to hide. */
  constructor(names: readonly string[] = []) {
    this.#names = new Set(names);
  }

  /** Whether values of this label are hidden. */
  hides(name: string): boolean {
    return this.#names.has(name);
  }

  /** A label's value as it may be shown. */
  valueOf(name: string, value: string): string {
    return this.#names.has(name) ? REDACTED : value;
  }

  /** Labels as they may be shown; the same object when nothing is hidden. */
  labels(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    if (this.#names.size === 0) return labels;
    return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, this.valueOf(name, value)]));
  }

  /** Texts about something with these labels, in which their hidden values do not stand either. */
  texts(
    texts: Readonly<Record<string, string>>,
    labels: Readonly<Record<string, string>>,
  ): Readonly<Record<string, string>> {
    const hidden = Object.entries(labels).filter(([name, value]) => this.#names.has(name) && value !== '');
    if (hidden.length === 0) return texts;
    return Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [
        name,
        hidden.reduce((rest, [, value]) => rest.replaceAll(value, REDACTED), text),
      ]),
    );
  }
}
