import type { RouteTemplate } from './route-template.ts';

/** One run of a router: its continuation identifies it, its base is where it is mounted. */
interface RouterRun {
  readonly next: unknown;
  readonly base: RouteTemplate;
  readonly outer: RouterRun | undefined;
}

/**
 * Where a request went through the routers of an application.
 *
 * Each run of a router sets `req.next` to a continuation of its own and puts the old one back when it gives up, so the
 * continuation tells runs apart: a router that was tried and left does not count as a parent of what follows it. The
 * base of a run is the mount that was entered last before its first event.
 */
export class RouteTrail {
  #run: RouterRun | undefined;
  #mount: RouteTemplate;
  #route: RouteTemplate | undefined;

  /** @param root - Root of the tree of templates, where the outermost router stands. */
  constructor(root: RouteTemplate) {
    this.#mount = root;
  }

  /** Template of the route whose handler ran last; `undefined` when none did. */
  get route(): string | undefined {
    const text = this.#route?.text;
    return text === '' ? '/' : text;
  }

  /** Template of the mount of the middleware that ran last; the empty string when it had none. */
  get mount(): string {
    return this.#mount.text;
  }

  /** Follows the request into a handler of a route. */
  enterRoute(next: unknown, pattern: unknown): void {
    const base = this.#baseOf(next);
    this.#route = base.child(pattern);
    // A route cuts nothing off the URL: a router that its handler calls stands where the route's own router does.
    this.#mount = base;
  }

  /** Follows the request into a middleware or a mounted router. */
  enterMount(next: unknown, pattern: unknown): void {
    const base = this.#baseOf(next);
    this.#mount = pattern === '/' ? base : base.child(pattern);
  }

  #baseOf(next: unknown): RouteTemplate {
    for (let run = this.#run; run !== undefined; run = run.outer) {
      if (run.next === next) {
        this.#run = run;
        return run.base;
      }
    }
    this.#run = { next, base: this.#mount, outer: this.#run };
    return this.#mount;
  }
}
