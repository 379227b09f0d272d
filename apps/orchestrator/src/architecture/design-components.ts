import type { RequirementsAnalysis } from '../analysis/requirements-analysis.ts';
import { TOPICS, type Topic } from '../analysis/topics.ts';
import { type Component, type Layer, LAYERS } from './architecture.ts';
import { topologicalOrder } from './topological-order.ts';

const LAYER_OF_TOPIC: Readonly<Record<Topic, Layer>> = {
  user_interface: 'interface',
  integration: 'interface',
  payments: 'application',
  notifications: 'application',
  reporting: 'application',
  search: 'application',
  scheduling: 'application',
  collaboration: 'application',
  identity: 'foundation',
  audit: 'foundation',
  storage: 'storage',
};

/** A topic, or the rest: what no topic was recognised in. */
type Area = Topic | 'core';

/** Areas from the bottom of the system to its top. A component uses only components of areas further down. */
const AREAS: readonly Area[] = [...TOPICS, 'core' as const].toSorted((a, b) => heightOf(a) - heightOf(b));

/**
 * Derives the components of a system: one for each area that its requirements are about. A requirement belongs to the
 * component of its main topic, and where it has further topics, the upper component uses the lower ones.
 */
export function designComponents(analysis: RequirementsAnalysis): readonly Component[] {
  const areasOf = new Map<number, readonly Area[]>(
    analysis.topics.map(({ requirement, topics }) => [requirement, topics.length === 0 ? ['core'] : topics]),
  );
  const used = AREAS.filter((area) => [...areasOf.values()].some((areas) => areas.includes(area)));
  const components = used.map((area) => componentOf(area, areasOf, analysis));
  const byName = new Map(components.map((component) => [component.name, component]));
  return topologicalOrder({
    nodes: components,
    dependenciesOf: ({ dependsOn }) => dependsOn.flatMap((name) => byName.get(name) ?? []),
  });
}

function componentOf(
  area: Area,
  areasOf: ReadonlyMap<number, readonly Area[]>,
  { quantities }: RequirementsAnalysis,
): Component {
  const requirements = [...areasOf].filter(([, areas]) => areas[0] === area).map(([requirement]) => requirement);
  const beside = new Set([...areasOf.values()].filter((areas) => areas.includes(area)).flat());
  const below = AREAS.slice(0, AREAS.indexOf(area)).filter((other) => beside.has(other));
  return {
    name: nameOf(area),
    layer: layerOf(area),
    requirements,
    dependsOn: below.map(nameOf),
    constraints: quantities.filter(({ requirement }) => requirements.includes(requirement)).map(({ text }) => text),
  };
}

/** `user_interface` gives `User Interface`. */
function nameOf(area: Area): string {
  return area
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}

function layerOf(area: Area): Layer {
  return area === 'core' ? 'application' : LAYER_OF_TOPIC[area];
}

function heightOf(area: Area): number {
  return LAYERS.indexOf(layerOf(area));
}
