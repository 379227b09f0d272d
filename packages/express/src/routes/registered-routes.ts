import { METHODS } from 'node:http';
import { mountTexts } from './layer-pattern.ts';
import { type LayerPlace, RoutePlaces } from './route-places.ts';
import { joinPatterns } from './route-template.ts';
import type { ApplicationShape, RouteShape } from './router-shape.ts';

/** A method of a route that an application answers. */
export interface RegisteredRoute {
  /** In capitals. */
  readonly method: string;
  /** Template, mounts included. */
  readonly route: string;
}

/**
 * The routes of an application, as far as its routers keep their patterns: with `router` 2.0 to 2.2 only those below
 * mounts without a path. Routes for all methods say none and are left out.
 *
 * @param root - The outermost application.
 * @param mounted - Applications mounted in it, which its layers do not show.
 */
export function registeredRoutes(
  root: ApplicationShape,
  mounted: readonly ApplicationShape[],
): readonly RegisteredRoute[] {
  const { routes } = new RoutePlaces(root, new Set(mounted));
  return [...routes].flatMap(([route, places]) => {
    const templates = places.flatMap((place) => templatesOf(route, place));
    return templates.flatMap((template) => methodsOf(route).map((method) => ({ method, route: template })));
  });
}

/** All templates of a route at one place; none where a mount's pattern was not kept. */
export function templatesOf(route: RouteShape, { mounts }: LayerPlace): readonly string[] {
  const bases = mounts.reduce<readonly string[]>(
    (outer, layer) => outer.flatMap((base) => mountTexts(layer).map((text) => joinPatterns(base, text))),
    [''],
  );
  const patterns = [route.path].flat(Infinity).map(String);
  return bases.flatMap((base) => patterns.map((pattern) => joinPatterns(base, pattern) || '/'));
}

function methodsOf({ methods = {} }: RouteShape): readonly string[] {
  const names = METHODS.filter((name) => methods[name.toLowerCase()] === true);
  // An application's `all` registers every method there is, a router's none.
  return names.length === METHODS.length ? [] : names;
}
