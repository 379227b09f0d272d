import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Registerer } from '@bduf/metrics-core/interfaces';
import { systemClock } from '@bduf/metrics-core/primitives';
import { RouteResolver } from '../routes/route-resolver.ts';
import type { RoutedRequest } from '../routes/router-shape.ts';
import { RouteTracker } from '../routes/route-tracker.ts';
import { Arrivals } from './arrivals.ts';
import { Exchange, type ExchangeOwner } from './exchange.ts';
import { HttpInstruments } from './http-instruments.ts';
import type { HttpMetricsOptions } from './http-metrics-options.ts';
import { OpenExchanges } from './open-exchanges.ts';
import { reportOnce } from './report-once.ts';
import { type RequestState, requestState } from './request-state.ts';
import { isUpgraded } from './response-outcome.ts';

const DEFAULT_MAX_ROUTES = 500;

/** Measures HTTP exchanges from begin to close. Nothing in it throws into the application. */
export class HttpInstrumentation implements ExchangeOwner {
  readonly collector: Registerer;
  readonly #clock: Clock;
  readonly #ignore: ((request: IncomingMessage) => boolean) | undefined;
  readonly #report: (error: unknown) => void;
  readonly #instruments: HttpInstruments;
  readonly #routes = new RouteResolver();
  readonly #tracker: RouteTracker;
  readonly #arrivals: Arrivals;
  readonly #open: OpenExchanges;
  #isClosed = false;

  /**
   * @param collector - Where the metrics are defined.
   * @param options - See {@link HttpMetricsOptions}.
   */
  constructor(collector: Registerer, options: HttpMetricsOptions = {}) {
    this.collector = collector;
    this.#clock = options.clock ?? systemClock;
    this.#ignore = options.ignore;
    this.#report = reportOnce(options.onError);
    this.#instruments = new HttpInstruments(collector, options.maxRoutes ?? DEFAULT_MAX_ROUTES);
    this.#open = OpenExchanges.of(collector);
    this.#tracker = new RouteTracker(this.#report);
    this.#arrivals = new Arrivals({ clock: this.#clock, onError: this.#report });
  }

  /** Begins to measure a request, unless it is ignored or already measured for this collector. */
  begin(request: IncomingMessage, response: ServerResponse): void {
    if (this.#isClosed) return;
    try {
      const state = requestState(request);
      if (isMeasured(state, this.collector)) return;
      if (this.#ignore?.(request) === true) return;
      state.application ??= (request as RoutedRequest).app;
      const startMs = state.arrivalClock === this.#clock ? state.arrivedMs : this.#clock.monotonicMs();
      this.#begin(new Exchange(this, response, state, startMs));
    } catch (error) {
      this.#report(error);
    }
  }

  /** Records an exchange whose response closed. */
  settle(exchange: Exchange): void {
    if (!this.#open.delete(exchange)) return;
    try {
      const nowMs = this.#clock.monotonicMs();
      this.#record(exchange, nowMs);
      exchange.leave();
    } catch (error) {
      this.#report(error);
    }
  }

  /** The route of an exchange as label value, within the budget. */
  routeOf(exchange: Exchange): string {
    return this.#instruments.route(this.#resolve(exchange, exchange.statusCode(false))).name;
  }

  /** Begins no more measurements; those begun are finished. */
  close(): void {
    this.#isClosed = true;
    this.#tracker.close();
    this.#arrivals.close();
  }

  #begin(exchange: Exchange): void {
    exchange.state.measurement = exchange;
    this.#open.add(exchange);
    if (exchange.response.destroyed) exchange.settle();
    else if (isUpgraded(exchange.request)) exchange.request.socket.once('close', () => exchange.settle());
    else if (exchange.next === undefined) exchange.response.on('close', settleMeasurements);
  }

  #record(exchange: Exchange, nowMs: number): void {
    const { isStream } = exchange;
    const statusCode = exchange.statusCode(!isStream);
    const seconds = (nowMs - exchange.startMs) / 1000;
    const route = this.#instruments.route(this.#resolve(exchange, statusCode));
    const series = route.method(exchange.method);
    const status = series.status(statusCode);
    status.requests.inc();
    const requestBytes = exchange.requestBytes();
    if (requestBytes !== undefined) series.requestSize.observe(requestBytes);
    if (isStream) {
      route.streamDuration.observe(seconds);
      return;
    }
    status.duration.observe(seconds);
    const responseBytes = exchange.responseBytes();
    if (responseBytes !== undefined) series.responseSize.observe(responseBytes);
  }

  #resolve(exchange: Exchange, statusCode: number): string {
    return this.#routes.resolve(exchange.request, exchange.state, statusCode);
  }
}

function isMeasured(state: RequestState, collector: object): boolean {
  for (let measurement = state.measurement; measurement !== undefined; measurement = measurement.next) {
    if (measurement.collector === collector) return true;
  }
  return false;
}

/** The one listener of all measured responses. */
function settleMeasurements(this: ServerResponse): void {
  const { measurement: first } = requestState(this.req);
  for (let measurement = first; measurement !== undefined; measurement = measurement.next) measurement.settle();
}
