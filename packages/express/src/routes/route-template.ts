/** Templates kept for reuse in one tree. Applications have hundreds; the bound is for those that make patterns as they go. */
const MAX_KEPT_TEMPLATES = 10_000;

/**
 * Template of a route or mount, such as `/orgs/:org/teams/:team`: a node of a tree whose edges are the patterns given to
 * `use` and `get`. Following a request from router to router walks the tree and joins no strings.
 */
export class RouteTemplate {
  /** The joined patterns; the empty string at the root. */
  readonly text: string;
  readonly #tree: { kept: number };
  readonly #children = new Map<string, RouteTemplate>();

  private constructor(text: string, tree: { kept: number }) {
    this.text = text;
    this.#tree = tree;
  }

  /** The root of a new tree. */
  static root(): RouteTemplate {
    return new RouteTemplate('', { kept: 0 });
  }

  /**
   * The template of a pattern below this one.
   *
   * @param pattern - What was given to `use` or `get`: a path, or a regular expression, which stands as its source.
   */
  child(pattern: unknown): RouteTemplate {
    const key = typeof pattern === 'string' ? pattern : String(pattern);
    return this.#children.get(key) ?? this.#grow(key);
  }

  #grow(key: string): RouteTemplate {
    const text = joinPatterns(this.text, key);
    const child = text === this.text ? this : new RouteTemplate(text, this.#tree);
    if (this.#tree.kept < MAX_KEPT_TEMPLATES) {
      this.#tree.kept += 1;
      this.#children.set(key, child);
    }
    return child;
  }
}

/** Joins two patterns with exactly one slash; `/` below anything adds nothing. */
export function joinPatterns(base: string, pattern: string): string {
  const trimmed = base.endsWith('/') ? base.slice(0, -1) : base;
  if (pattern === '/' || pattern === '') return trimmed;
  return pattern.startsWith('/') ? trimmed + pattern : `${trimmed}/${pattern}`;
}
