type Labels = Readonly<Record<string, string>>;

/** Labels of some names; missing ones have the empty value. */
export function pickLabels(labels: Labels, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, Object.hasOwn(labels, name) ? (labels[name] ?? '') : '']));
}

/**
 * A group of series as the key of a record: the value of the label when there is one, `a="x",b="y"` in the order of the names when
 * there are several, the empty string without any.
 */
export function groupKey(labels: Labels, names: readonly string[]): string {
  const picked = pickLabels(labels, names);
  const [only] = names;
  if (only !== undefined && names.length === 1) return picked[only] ?? '';
  return names.map((name) => `${name}="${escaped(picked[name] ?? '')}"`).join(',');
}

function escaped(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`);
}

/** Puts things into groups by the labels of their series, groups in the order in which they appear. */
export function groupByLabels<T>(
  all: Iterable<T>,
  names: readonly string[],
  labelsOf: (each: T) => Labels,
): Map<string, { readonly labels: Record<string, string>; readonly members: T[] }> {
  const groups = new Map<string, { readonly labels: Record<string, string>; readonly members: T[] }>();
  for (const each of all) {
    const labels = labelsOf(each);
    const key = JSON.stringify(names.map((name) => pickLabels(labels, [name])[name]));
    let group = groups.get(key);
    if (group === undefined) {
      group = { labels: pickLabels(labels, names), members: [] };
      groups.set(key, group);
    }
    group.members.push(each);
  }
  return groups;
}

const keys = new WeakMap<Labels, string>();

/** Labels as text. Remembered, since it is asked for again for each bucket. */
export function labelsKey(labels: Labels): string {
  const remembered = keys.get(labels);
  if (remembered !== undefined) return remembered;
  const key = JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  keys.set(labels, key);
  return key;
}
