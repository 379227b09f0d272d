import { matchedPattern, matchMount } from './layer-pattern.ts';
import { templatesOf } from './registered-routes.ts';
import { type LayerPlace, RoutePlaces } from './route-places.ts';
import { joinPatterns } from './route-template.ts';
import {
  type ApplicationShape,
  type LayerShape,
  routeAnswers,
  type RoutedRequest,
  type RouteShape,
} from './router-shape.ts';

/** A chain of mounts, matched against a path. */
interface MatchedMounts {
  readonly template: string;
  /** What is left of the path for the layer behind the mounts. */
  readonly rest: string;
}

/** Stands for mounts of which nothing is known. */
const UNKNOWN_MOUNTS = '/*';

/**
 * Finds route templates in the layers of Express applications whose router does not publish its steps: Express 4, and
 * Express 5 with `router` before 2.3. It is asked when the response is over, and only knows what the request still
 * holds then. Texts of patterns come from the application, never from the URL.
 */
export class StackRouteFinder {
  readonly #known = new WeakMap<ApplicationShape, KnownApplication>();

  /**
   * Template of the route that the request was given to last; `undefined` when there is none.
   *
   * @param entry - The application in which measuring began, if any: one that is mounted like a router hides it at the end.
   */
  findRoute(request: RoutedRequest, entry?: ApplicationShape): string | undefined {
    const { route } = request;
    if (route === undefined || !routeAnswers(route, request.method)) return undefined;
    const known = this.#knowAll(entry, request.app);
    const template = known.find((one) => one.placesOf(route).length > 0)?.onlyTemplateOf(route);
    if (template !== undefined) return template;
    const path = routedPath(request);
    for (const { mounts, layer } of known.flatMap((one) => one.placesOf(route))) {
      const matched = matchMounts(mounts, path);
      if (matched !== undefined) return joinPatterns(matched.template, patternText(route, layer, matched.rest)) || '/';
    }
    const mounts = guessMounts(known, path) ?? ((request.baseUrl ?? '') === '' ? '' : UNKNOWN_MOUNTS);
    return joinPatterns(mounts, patternText(route, undefined, path)) || '/';
  }

  /** Template of the mount in which the response was made; `undefined` when it was none, or any path. */
  findMount({ app, baseUrl = '' }: RoutedRequest, entry?: ApplicationShape): string | undefined {
    if (baseUrl === '') return undefined;
    for (const { mounts, layer } of this.#knowAll(entry, app).flatMap(({ places }) => places.mounts)) {
      const matched = matchMounts([...mounts, layer], baseUrl);
      if (matched?.rest === '/') return matched.template;
    }
    return UNKNOWN_MOUNTS;
  }

  #knowAll(entry: ApplicationShape | undefined, current: ApplicationShape | undefined): readonly KnownApplication[] {
    const inner = current && this.#know(current);
    const outer = entry && this.#know(entry);
    return [outer, outer === inner ? undefined : inner].filter((known) => known !== undefined);
  }

  #know(app: ApplicationShape): KnownApplication {
    const root = rootOf(app);
    let known = this.#known.get(root);
    if (known === undefined) {
      known = new KnownApplication(root);
      this.#known.set(root, known);
    }
    known.learn(app);
    return known;
  }
}

/** What is known of an outermost application and of those mounted in it. */
class KnownApplication {
  readonly #root: ApplicationShape;
  readonly #mounted = new Set<ApplicationShape>();
  /** Templates of routes that have only one, whatever the path. */
  readonly #onlyTemplates = new WeakMap<RouteShape, string>();
  /** Routes that no scan found, so that they cause no more scans. */
  readonly #missing = new WeakSet<RouteShape>();
  places: RoutePlaces;

  constructor(root: ApplicationShape) {
    this.#root = root;
    this.places = new RoutePlaces(root, this.#mounted);
  }

  /** Takes note of an application that was seen handling a request. */
  learn(app: ApplicationShape): void {
    if (app === this.#root || this.#mounted.has(app)) return;
    for (let at = app; at.parent !== undefined; at = at.parent) this.#mounted.add(at);
    this.#scan();
  }

  /** The template of a route that stands in one place only, under one pattern; it needs no look at the path. */
  onlyTemplateOf(route: RouteShape): string | undefined {
    const known = this.#onlyTemplates.get(route);
    if (known !== undefined) return known;
    const templates = this.placesOf(route).map((place) => templatesOf(route, place));
    const [[template] = []] = templates;
    if (template === undefined || templates.flat().length !== 1 || templates.length !== 1) return undefined;
    this.#onlyTemplates.set(route, template);
    return template;
  }

  /** The places of a route. Scans once more for a route that was added after the last scan. */
  placesOf(route: RouteShape): readonly LayerPlace[] {
    if (this.places.ofRoute(route).length === 0 && !this.#missing.has(route)) {
      this.#scan();
      if (this.places.ofRoute(route).length === 0) this.#missing.add(route);
    }
    return this.places.ofRoute(route);
  }

  #scan(): void {
    this.places = new RoutePlaces(this.#root, this.#mounted);
  }
}

/** Where a route may be that is in no known router: behind an application that has not answered yet, after it threw. */
function guessMounts(known: readonly KnownApplication[], path: string): string | undefined {
  const candidates = known
    .flatMap(({ places }) => places.unknownApplications)
    .map(({ mounts, layer }) => matchMounts([...mounts, layer], path))
    .filter((matched) => matched !== undefined);
  return candidates.toSorted((a, b) => a.rest.length - b.rest.length)[0]?.template;
}

function rootOf(app: ApplicationShape): ApplicationShape {
  let root = app;
  while (root.parent !== undefined) root = root.parent;
  return root;
}

function matchMounts(mounts: readonly LayerShape[], path: string): MatchedMounts | undefined {
  let template = '';
  let rest = path;
  for (const layer of mounts) {
    const match = matchMount(layer, rest);
    if (match === undefined) return undefined;
    template = joinPatterns(template, match.template);
    rest = rest.slice(match.consumed.length);
    if (!rest.startsWith('/')) rest = `/${rest}`;
  }
  return { template, rest };
}

function patternText(route: RouteShape, layer: LayerShape | undefined, path: string): string {
  if (!Array.isArray(route.path)) return String(route.path);
  return String(matchedPattern(route.path, layer ?? {}, path));
}

/** The whole path as the routers saw it: what mounts took off, and the rest; rewritten where the application rewrote it. */
function routedPath({ baseUrl = '', url = '/' }: RoutedRequest): string {
  const withoutOrigin = url.startsWith('/') ? url : url.replace(/^[^/?]+:\/\/[^/?]*/, '');
  const queryStart = withoutOrigin.indexOf('?');
  const path = queryStart === -1 ? withoutOrigin : withoutOrigin.slice(0, queryStart);
  return baseUrl + (path === '' ? '/' : path);
}
