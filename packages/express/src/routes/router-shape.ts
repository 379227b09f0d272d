import type { IncomingMessage } from 'node:http';

/**
 * What is read of Express and of its router, as far as it was seen in Express 4.16 to 5.3 and `router` 2.0 to 2.3. All of
 * it is optional: what a version does not have is not used, and then a route is less exact but never invented.
 */

/** A request inside Express. */
export interface RoutedRequest extends IncomingMessage {
  /** The route that was tried last. */
  readonly route?: RouteShape;
  /** Path at which the current router is mounted, with the values of this request. */
  readonly baseUrl?: string;
  /** URL as it arrived; `url` is cut by mounts. */
  readonly originalUrl?: string;
  /** The application that handles the request at the moment. */
  readonly app?: ApplicationShape;
  /** Continuation of the running router: each run of a router has its own. */
  readonly next?: unknown;
}

/** A route: one path with handlers by method. */
export interface RouteShape {
  /** As registered: a string, a regular expression or an array of them. */
  readonly path: unknown;
  /** The handlers. */
  readonly stack: readonly unknown[];
  /** Lower-case methods it answers, `_all` for any. */
  readonly methods?: Readonly<Record<string, unknown>>;
}

/** An application, top-level or mounted. */
export interface ApplicationShape {
  /** Router of Express 4; its getter `router` throws. */
  readonly _router?: RouterShape;
  /** Router of Express 5. */
  readonly router?: RouterShape;
  /** The application it is mounted in. */
  readonly parent?: ApplicationShape;
  /** Where it is mounted, as registered. */
  readonly mountpath?: unknown;
}

/** A router: layers in the order of registration. */
export interface RouterShape {
  readonly stack: readonly LayerShape[];
}

/** An entry of a router: a route, a middleware or a mounted router. */
export interface LayerShape {
  /** Name of the handler function. */
  readonly name?: string;
  /** What is called; of a mounted router, the router. */
  readonly handle?: unknown;
  /** Set for routes. */
  readonly route?: RouteShape;
  /** True for a middleware of any path (`router` 2). */
  readonly slash?: boolean;
  /** Pattern as registered (`router` 2.3). */
  readonly rawPath?: unknown;
  /** One function for each registered pattern (`router` 2). */
  readonly matchers?: readonly PathMatcher[];
  /** The compiled pattern (Express 4). */
  readonly regexp?: RegExp & { readonly fast_slash?: boolean };
  /** Parameters of the compiled pattern (Express 4). */
  readonly keys?: readonly { readonly name: string | number }[];
}

/** Tries a path; pure. */
export type PathMatcher = (
  path: string,
) => false | { readonly path: string; readonly params: Readonly<Record<string, unknown>> };

/** Whether a route answers a method. Express also enters a route for `HEAD` that has no handler for it. */
export function routeAnswers(route: RouteShape, method: string | undefined): boolean {
  const { methods } = route;
  if (methods === undefined || method === undefined || methods['_all'] === true) return true;
  const name = method.toLowerCase();
  return methods[name] === true || (name === 'head' && methods['get'] === true);
}
