interface Branch<Child> {
  readonly branches: Map<string, Branch<Child>>;
  child: Child | undefined;
}

/**
 * Finds what belongs to a list of at least three label values, and makes it on first use. One `Map` look-up a value; nothing is
 * joined, so no separator can make two lists one. Grows with the values it is asked for: callers bound them.
 */
export class ChildTree<Child> {
  readonly #root: Branch<Child> = { branches: new Map(), child: undefined };
  readonly #make: (values: readonly string[]) => Child;

  /** @param make - Makes the child of a list of values; called once for each list. */
  constructor(make: (values: readonly string[]) => Child) {
    this.#make = make;
  }

  /** The child of a list of values. The first three are parameters, so that the usual list needs no array. */
  find(first: string, second: string, third: string, others: readonly string[]): Child {
    let branch = branchOf(branchOf(branchOf(this.#root, first), second), third);
    for (const value of others) branch = branchOf(branch, value);
    return (branch.child ??= this.#make([first, second, third, ...others]));
  }
}

function branchOf<Child>(branch: Branch<Child>, value: string): Branch<Child> {
  return branch.branches.get(value) ?? grow(branch, value);
}

function grow<Child>(branch: Branch<Child>, value: string): Branch<Child> {
  const grown: Branch<Child> = { branches: new Map(), child: undefined };
  branch.branches.set(value, grown);
  return grown;
}
