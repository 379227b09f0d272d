import type { Gatherer, MetricFamily } from '@bduf/metrics-core/interfaces';
import { nearestNames } from './metric-names.ts';
import { Refusal } from './refusal.ts';

/**
 * The family of a name.
 *
 * @throws Refusal that names the nearest ones when there is none.
 */
export async function familyNamed(gatherer: Gatherer, name: string): Promise<MetricFamily> {
  const [family] = await gatherer.gather({ names: new Set([name]) });
  if (family !== undefined) return family;
  const near = nearestNames(name, await gatherer.gather());
  const remedy = near.length > 0 ? `Nearest names: ${near.join(', ')}.` : 'There are no metrics yet.';
  throw new Refusal(`There is no metric ${JSON.stringify(name)} with data. ${remedy}`);
}
