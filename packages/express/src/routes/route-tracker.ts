import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { requestState } from '../http/request-state.ts';
import { RouteTemplate } from './route-template.ts';
import { RouteTrail } from './route-trail.ts';
import type { LayerShape, RoutedRequest } from './router-shape.ts';

/** Start of each handler that `router` 2.3 (Express 5) calls. */
const HANDLER_START_CHANNEL = 'tracing:express.router.request:start';
/** Each error that a handler throws or passes on, once, where it comes from. */
const HANDLER_ERROR_CHANNEL = 'tracing:express.router.request:error';

/** The message of the channel, as documented by `router`; of `layer`, which is internal, only identity and route are used. */
interface HandlerStart {
  readonly req: RoutedRequest;
  readonly layer: LayerShape;
  /** The pattern that matched. */
  readonly route?: unknown;
  readonly errorHandler?: boolean;
}

/** The message of the other channel. */
interface HandlerError {
  readonly req: RoutedRequest;
  readonly error?: unknown;
}

/** Shared by all trackers, which follow the same requests. */
const TEMPLATES = RouteTemplate.root();

/**
 * Follows all requests of the process through routers that publish their steps. A request whose router does not publish
 * gets no trail. Several trackers may run at once: following a step twice changes nothing.
 */
export class RouteTracker {
  readonly #onError: (error: unknown) => void;
  // The names of the channels belong to `router`; a message of another shape fails here and is reported.
  readonly #onStart = (message: unknown): void => {
    try {
      follow(message as HandlerStart);
    } catch (error) {
      this.#onError(error);
    }
  };
  readonly #onHandlerError = (message: unknown): void => {
    try {
      noteError(message as HandlerError);
    } catch (error) {
      this.#onError(error);
    }
  };

  /** @param onError - Told when a message could not be understood. Must not throw: Node would end the process. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
    subscribe(HANDLER_START_CHANNEL, this.#onStart);
    subscribe(HANDLER_ERROR_CHANNEL, this.#onHandlerError);
  }

  /** Stops following. */
  close(): void {
    unsubscribe(HANDLER_START_CHANNEL, this.#onStart);
    unsubscribe(HANDLER_ERROR_CHANNEL, this.#onHandlerError);
  }
}

function follow({ req, layer, route = '/', errorHandler }: HandlerStart): void {
  // Without a continuation the runs of routers cannot be told apart: better no trail than a wrong one.
  if (errorHandler === true || typeof req.next !== 'function') return;
  const state = requestState(req);
  const trail = (state.trail ??= new RouteTrail(TEMPLATES));
  if (belongsToRoute(req, layer)) trail.enterRoute(req.next, route);
  else trail.enterMount(req.next, route);
}

function noteError({ req, error }: HandlerError): void {
  requestState(req).error = error;
}

/** Whether a layer is a handler of the current route, or that route itself (then a parameter callback runs). */
function belongsToRoute({ route }: RoutedRequest, layer: LayerShape): boolean {
  return route !== undefined && (layer.route === route || route.stack.includes(layer));
}
