import type { Labels } from './number-table.ts';

const keys = new WeakMap<Labels, string>();

/** Text that tells label sets apart, and by which they are ordered. Remembered for each object, since stores hand out the same ones. */
export function labelKey(labels: Labels): string {
  const known = keys.get(labels);
  if (known !== undefined) return known;
  const key = keyOf(labels, Object.keys(labels).toSorted());
  keys.set(labels, key);
  return key;
}

/** Labels of some names only; those that are missing or empty are left out. */
export function keepLabels(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = Object.hasOwn(labels, name) ? labels[name] : undefined;
      return value === undefined || value === '' ? [] : [[name, value] as const];
    }),
  );
}

/** Labels of all names but some. */
export function dropLabels(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));
}

function keyOf(labels: Labels, names: readonly string[]): string {
  let key = '';
  for (const name of names) {
    const value = labels[name] ?? '';
    // An empty value is the same as none. Lengths keep texts that run together apart.
    if (value !== '') key += `${name}\u0001${value}\u0001${value.length}\u0002`;
  }
  return key;
}
