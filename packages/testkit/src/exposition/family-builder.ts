import { unescapeText } from './escapes.ts';
import type { ExpositionFamily, ExpositionSample } from './exposition-family.ts';
import type { ExpositionRules } from './exposition-rules.ts';
import type { LineScanner } from './line-scanner.ts';

/** A family whose lines are being read. Metadata must come in order, once, and before the samples. */
export class FamilyBuilder {
  readonly #name: string;
  readonly #rules: ExpositionRules;
  readonly #metadata = new Map<string, string>();
  readonly #samples: ExpositionSample[] = [];

  constructor(name: string, rules: ExpositionRules) {
    this.#name = name;
    this.#rules = rules;
  }

  get name(): string {
    return this.#name;
  }

  /** Adds a metadata line. */
  addMetadata(line: LineScanner, keyword: string, text: string): void {
    const { keywords, types } = this.#rules;
    if (this.#samples.length > 0) line.fail(`${keyword} after a sample of "${this.#name}"`);
    const last = [...this.#metadata.keys()].at(-1);
    if (last !== undefined && keywords.indexOf(keyword) <= keywords.indexOf(last)) {
      line.fail(`${keyword} of "${this.#name}" after its ${last}`);
    }
    if (keyword === 'TYPE' && !Object.hasOwn(types, text)) line.fail(`unknown type ${JSON.stringify(text)}`);
    this.#metadata.set(keyword, keyword === 'HELP' ? this.#helpOf(line, text) : text);
  }

  /** Whether a sample name is one that this family derives. */
  owns(sampleName: string): boolean {
    return (this.#rules.types[this.#type] ?? []).some((suffix) => this.#name + suffix === sampleName);
  }

  /** Adds a sample that the family owns. */
  addSample(sample: ExpositionSample): void {
    this.#samples.push(sample);
  }

  /** The family as read. */
  build(): ExpositionFamily {
    return {
      name: this.#name,
      type: this.#type,
      unit: this.#metadata.get('UNIT') ?? '',
      help: this.#metadata.get('HELP') ?? '',
      samples: this.#samples,
    };
  }

  get #type(): string {
    return this.#metadata.get('TYPE') ?? this.#rules.defaultType;
  }

  #helpOf(line: LineScanner, text: string): string {
    if (this.#rules.isOpenMetrics && /(?<!\\)(?:\\\\)*"/.test(text)) line.fail('unescaped quote in HELP');
    return unescapeText(text, this.#rules.helpEscapes) ?? line.fail('unknown escape in HELP');
  }
}
