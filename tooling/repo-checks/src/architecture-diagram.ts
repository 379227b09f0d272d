/** A drawing of the packages, as far as it can be compared with them. */
export interface ArchitectureDiagram {
  /** Members of each group, by its name. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** Solid arrows between single nodes, such as "express > interfaces": arrows of groups stand for those of all members. */
  readonly imports: readonly string[];
  /** Dotted arrows, likewise. */
  readonly composition: readonly string[];
}

/** Reads the Mermaid flow chart of a page: groups, nodes and arrows of the form `a & b --> c`. */
export function architectureDiagram(markdown: string): ArchitectureDiagram {
  const lines = (/^```mermaid\n(?<chart>.*?)^```$/ms.exec(markdown)?.groups?.['chart'] ?? '').split('\n');
  const groups = new Map<string, string[]>();
  let open: string[] | undefined;
  for (const line of lines.map((each) => each.trim())) {
    if (line.startsWith('subgraph ')) groups.set(line.slice('subgraph '.length), (open = []));
    else if (line === 'end') open = undefined;
    else if (open !== undefined) open.push(line);
  }
  const arrowsOf = (arrow: string): readonly string[] => {
    const nodesOf = (side: string): readonly string[] =>
      side.split('&').flatMap((name) => groups.get(name.trim()) ?? [name.trim()]);
    return lines
      .filter((line) => line.includes(arrow))
      .flatMap((line) => {
        const [from = '', to = ''] = line.split(arrow);
        return nodesOf(from).flatMap((each) => nodesOf(to).map((target) => `${each} > ${target}`));
      });
  };
  return { groups, imports: arrowsOf('-->').toSorted(), composition: arrowsOf('-.->').toSorted() };
}
