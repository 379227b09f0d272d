import type { Router } from 'express';

/** A route of a router. */
export interface ListedRoute {
  readonly methods: readonly string[];
  /** Whole template, such as `/api/projects/:projectId`. */
  readonly template: string;
}

/** Offered by `router` 2.3, which is younger than its types. */
interface ListingRouter {
  listRoutes(): readonly {
    readonly path: unknown;
    readonly methods: readonly string[] | undefined;
    readonly router: ListingRouter | undefined;
  }[];
}

/** All routes of a router and of those mounted in it, ordered by template. */
export function listRoutes(router: Router, mountedAt: string): readonly ListedRoute[] {
  return walk(router as unknown as ListingRouter, mountedAt).toSorted((a, b) => (a.template < b.template ? -1 : 1));
}

function walk(router: ListingRouter, base: string): readonly ListedRoute[] {
  return router.listRoutes().flatMap(({ path, methods, router: inner }) => {
    const template = `${base}${String(path)}`.replace(/(?<=.)\/$/, '');
    return inner === undefined ? [{ methods: methods ?? [], template }] : walk(inner, template);
  });
}
