import type { NotifiedAlert } from '@bduf/metrics-core/interfaces';
import { compileMatchers } from '@bduf/metrics-core/primitives';
import type { InhibitRule } from './notifier-options.ts';

type Labelled = Pick<NotifiedAlert, 'id' | 'labels'>;
type LabelTest = (labels: Readonly<Record<string, string>>) => boolean;

interface Rule {
  readonly isSource: LabelTest;
  readonly isTarget: LabelTest;
  readonly equal: readonly string[];
}

interface Source {
  readonly id: string;
  /** Whether the alert is on both sides of the rule, in which case it mutes none that is so, too. */
  readonly isTwoSided: boolean;
}

/**
 * Says which firing alerts mute an alert. Every source is looked at: the first one that has equal labels may be on both
 * sides of the rule and mute nothing, while a later one does.
 */
export class Inhibition {
  readonly #rules: readonly Rule[];
  /** For each rule the firing sources by their equal labels. */
  #sources: readonly ReadonlyMap<string, readonly Source[]>[] = [];

  /** @param rules - What mutes what. */
  constructor(rules: readonly InhibitRule[]) {
    this.#rules = rules.map(({ source, target, equal = [] }) => ({
      isSource: compileMatchers(source),
      isTarget: compileMatchers(target),
      equal,
    }));
  }

  /** Whether nothing ever mutes anything. */
  get isEmpty(): boolean {
    return this.#rules.length === 0;
  }

  /** Takes the alerts that fire. Costs one pass for each rule; nothing without rules. */
  setFiring(alerts: Iterable<Labelled>): void {
    if (this.#rules.length === 0) return;
    const firing = [...alerts];
    this.#sources = this.#rules.map((rule) => sourcesOf(rule, firing));
  }

  /** Ids of the alerts that mute this one; each once. */
  inhibitorsOf({ id, labels }: Labelled): readonly string[] {
    const ids = new Set<string>();
    for (const [index, rule] of this.#rules.entries()) {
      if (!rule.isTarget(labels)) continue;
      const isTwoSided = rule.isSource(labels);
      for (const source of this.#sources[index]?.get(equalKey(labels, rule.equal)) ?? []) {
        if (source.id !== id && !(isTwoSided && source.isTwoSided)) ids.add(source.id);
      }
    }
    return [...ids];
  }
}

function sourcesOf(rule: Rule, firing: readonly Labelled[]): ReadonlyMap<string, readonly Source[]> {
  const sources = new Map<string, Source[]>();
  for (const { id, labels } of firing) {
    if (!rule.isSource(labels)) continue;
    const key = equalKey(labels, rule.equal);
    const alike = sources.get(key) ?? [];
    alike.push({ id, isTwoSided: rule.isTarget(labels) });
    sources.set(key, alike);
  }
  return sources;
}

function equalKey(labels: Readonly<Record<string, string>>, names: readonly string[]): string {
  return JSON.stringify(names.map((name) => (Object.hasOwn(labels, name) ? labels[name] : '')));
}
