import type { FamilyType } from '@bduf/metrics-core/interfaces';

/**
 * The unit that a format may show beside a name, or the empty string. Readers refuse a unit that is not the end of the
 * name, and any unit of facts and states.
 *
 * @param name - Family name; of a counter with or without `_total`.
 */
export function exposedUnit(name: string, type: FamilyType, unit: string): string {
  if (unit === '' || type === 'info' || type === 'stateset') return '';
  const base = type === 'counter' ? name.replace(/_total$/, '') : name;
  return base.endsWith(`_${unit}`) ? unit : '';
}
