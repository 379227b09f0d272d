import { matchMount } from './layer-pattern.ts';
import type { ApplicationShape, LayerShape, RouterShape, RouteShape } from './router-shape.ts';

/** Where a layer stands: the mounts that lead to it, outermost first. */
export interface LayerPlace {
  readonly mounts: readonly LayerShape[];
  readonly layer: LayerShape;
}

/** Name of the function through which Express calls an application that is mounted in another. */
const MOUNTED_APPLICATION = 'mounted_app';
/** Deeper nesting is a router that contains itself. */
const MAX_DEPTH = 16;

/**
 * All layers of an application and of what is mounted in it.
 *
 * A layer does not say which application stands behind it, so mounted applications must be told.
 */
export class RoutePlaces {
  readonly #routes = new Map<RouteShape, LayerPlace[]>();
  readonly #mounts: LayerPlace[] = [];
  readonly #unknownApplications: LayerPlace[] = [];

  /**
   * @param root - The outermost application.
   * @param applications - Applications known to be mounted in it, at any depth.
   */
  constructor(root: ApplicationShape, applications: ReadonlySet<ApplicationShape>) {
    this.#scanApplication(root, [], applications);
  }

  /** The places of a route: several when its router is mounted several times, none when it is behind an unknown application. */
  ofRoute(route: RouteShape): readonly LayerPlace[] {
    return this.#routes.get(route) ?? [];
  }

  /** All routes with their places. */
  get routes(): ReadonlyMap<RouteShape, readonly LayerPlace[]> {
    return this.#routes;
  }

  /** The places of all layers that are no route. */
  get mounts(): readonly LayerPlace[] {
    return this.#mounts;
  }

  /** The places behind which an application stands that is not known. */
  get unknownApplications(): readonly LayerPlace[] {
    return this.#unknownApplications;
  }

  #scanApplication(
    application: ApplicationShape,
    mounts: readonly LayerShape[],
    applications: ReadonlySet<ApplicationShape>,
  ): void {
    const children = [...applications].filter(({ parent }) => parent === application);
    const visit = (router: RouterShape, outer: readonly LayerShape[]): void => {
      if (outer.length > MAX_DEPTH) return;
      for (const layer of router.stack) {
        const place = { mounts: outer, layer };
        if (layer.route !== undefined) {
          this.#addRoute(layer.route, place);
          continue;
        }
        this.#mounts.push(place);
        const nested = nestedRouter(layer.handle);
        if (nested !== undefined) visit(nested, [...outer, layer]);
        if (layer.name === MOUNTED_APPLICATION) this.#scanMounted(place, children, applications);
      }
    };
    const router = routerOf(application);
    if (router !== undefined) visit(router, mounts);
  }

  #scanMounted(
    place: LayerPlace,
    children: readonly ApplicationShape[],
    applications: ReadonlySet<ApplicationShape>,
  ): void {
    const mounted = children.filter((child) => isMountedBy(child, place.layer));
    if (mounted.length === 0) this.#unknownApplications.push(place);
    for (const child of mounted) this.#scanApplication(child, [...place.mounts, place.layer], applications);
  }

  #addRoute(route: RouteShape, place: LayerPlace): void {
    const places = this.#routes.get(route);
    if (places === undefined) this.#routes.set(route, [place]);
    else places.push(place);
  }
}

/** Whether a layer mounts an application: its pattern matches the text of the application's own mount path as a whole. */
function isMountedBy({ mountpath }: ApplicationShape, layer: LayerShape): boolean {
  return [mountpath].flat(Infinity).some((path) => {
    const text = String(path).replace(/(?!^)\/+$/, '');
    const match = matchMount(layer, text);
    return match !== undefined && (match.consumed === text || (match.consumed === '' && text === '/'));
  });
}

/** The router of a mounted router, or of an application that was mounted as if it were one. */
function nestedRouter(handle: unknown): RouterShape | undefined {
  if (typeof handle !== 'function') return undefined;
  // A function may have any property; each is checked before it is used.
  const candidate = handle as Partial<RouterShape> & ApplicationShape;
  if (Array.isArray(candidate.stack)) return { stack: candidate.stack };
  return routerOf(candidate);
}

function routerOf(application: ApplicationShape): RouterShape | undefined {
  try {
    const { _router: router4 } = application;
    const router = router4 ?? application.router;
    return Array.isArray(router?.stack) ? router : undefined;
  } catch {
    // The getter `router` of an Express 4 application without any route throws.
    return undefined;
  }
}
