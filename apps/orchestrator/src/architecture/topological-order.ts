/** What {@link topologicalOrder} needs to know about its nodes. */
export interface DependencyGraph<Node> {
  /** All nodes, each once. */
  readonly nodes: readonly Node[];
  /** The nodes that have to come before a node; each of them is one of the nodes. */
  readonly dependenciesOf: (node: Node) => readonly Node[];
  /** Which of two nodes comes first when both could: negative for the first, as in `sort`. Default: their order. */
  readonly compare?: (a: Node, b: Node) => number;
}

/**
 * Orders nodes so that each comes after all that it depends on (Kahn's algorithm).
 *
 * @throws Error when some depend on each other in a cycle; its message names them.
 */
export function topologicalOrder<Node>({ nodes, dependenciesOf, compare }: DependencyGraph<Node>): readonly Node[] {
  const missing = new Map(nodes.map((node) => [node, new Set(dependenciesOf(node))]));
  const dependents = dependentsOf(missing);
  const order: Node[] = [];
  let ready = nodes.filter((node) => missing.get(node)?.size === 0);
  while (ready.length > 0) {
    const next = firstOf(ready, compare);
    ready = ready.filter((node) => node !== next);
    order.push(next);
    for (const dependent of dependents.get(next) ?? []) {
      const rest = missing.get(dependent);
      rest?.delete(next);
      if (rest?.size === 0) ready.push(dependent);
    }
  }
  if (order.length < nodes.length) {
    const stuck = nodes.filter((node) => !order.includes(node)).map(String);
    throw new Error(`These depend on each other in a cycle, or on one: ${stuck.join(', ')}.`);
  }
  return order;
}

function dependentsOf<Node>(dependencies: ReadonlyMap<Node, ReadonlySet<Node>>): ReadonlyMap<Node, readonly Node[]> {
  const dependents = new Map<Node, Node[]>();
  for (const [node, needed] of dependencies) {
    for (const dependency of needed) dependents.set(dependency, [...(dependents.get(dependency) ?? []), node]);
  }
  return dependents;
}

function firstOf<Node>(nodes: readonly Node[], compare: DependencyGraph<Node>['compare']): Node {
  return nodes.reduce((first, node) => (compare !== undefined && compare(node, first) < 0 ? node : first));
}
