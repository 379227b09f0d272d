import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  ApplicationMetricDefinitions,
  type Clock,
  type Histogram,
  type Registerer,
} from '@bduf/metrics-core/interfaces';
import { systemClock } from '@bduf/metrics-core/primitives';
import { ErrorRecorder } from '../errors/error-recorder.ts';
import { RouteResolver } from '../routes/route-resolver.ts';
import { RouteTracker } from '../routes/route-tracker.ts';
import { registeredRoutes } from '../routes/registered-routes.ts';
import type { ApplicationShape, RoutedRequest } from '../routes/router-shape.ts';
import { Arrivals } from './arrivals.ts';
import { ClassicRecorder } from './classic-recorder.ts';
import { ErrorRate } from './error-rate.ts';
import { Exchange, type ExchangeOwner } from './exchange.ts';
import { FirstByteRecorder } from './first-byte-recorder.ts';
import { headFacts } from './head-facts.ts';
import { HttpNaming, type HttpMetricsOptions } from './http-metrics-options.ts';
import type { EndedExchange, HttpRecorder } from './http-recorder.ts';
import { LabelBudget } from '../labels/label-budget.ts';
import { methodLabel } from './method-label.ts';
import { OpenGauges } from './open-gauges.ts';
import { OtelRecorder } from './otel-recorder.ts';
import { OwnLabels } from './own-labels.ts';
import { reportOnce } from '../errors/report-once.ts';
import { type RequestState, requestState } from './request-state.ts';
import { CLIENT_CLOSED_REQUEST, isUpgraded } from './response-outcome.ts';
import { watchFirstByte } from './watch-first-byte.ts';

const DEFAULT_MAX_ROUTES = 500;
/** Component under which errors of requests count. */
const COMPONENT = 'http';

/** Measures HTTP exchanges from begin to close. Nothing in it throws into the application. */
export class HttpInstrumentation implements ExchangeOwner {
  readonly collector: Registerer;
  readonly #options: HttpMetricsOptions;
  readonly #clock: Clock;
  readonly #report: (error: unknown) => void;
  readonly #resolver = new RouteResolver();
  readonly #routes: LabelBudget;
  readonly #ownLabels: OwnLabels;
  readonly #recorders: readonly HttpRecorder[];
  readonly #streamDuration: Histogram<{ readonly route: string }>;
  readonly #errorRate: ErrorRate;
  readonly #errors: ErrorRecorder;
  readonly #open: OpenGauges;
  readonly #tracker: RouteTracker;
  readonly #arrivals: Arrivals;
  #isClosed = false;

  /**
   * @param collector - Where the metrics are defined.
   * @param options - See {@link HttpMetricsOptions}.
   * @param measuresAll - Begin by itself whenever a server of the process receives a request.
   */
  constructor(collector: Registerer, options: HttpMetricsOptions = {}, measuresAll = false) {
    const { clock = systemClock, naming = HttpNaming.CLASSIC, maxRoutes = DEFAULT_MAX_ROUTES } = options;
    this.collector = collector;
    this.#options = options;
    this.#clock = clock;
    this.#report = reportOnce(options.onError);
    this.#routes = new LabelBudget(maxRoutes);
    this.#ownLabels = new OwnLabels(options.labels ?? {}, this.#report);
    this.#recorders = createRecorders(collector, options, this.#ownLabels.names);
    this.#streamDuration = collector.histogram(ApplicationMetricDefinitions.HTTP_STREAM_DURATION);
    this.#errorRate = ErrorRate.of(collector, clock);
    this.#errors = ErrorRecorder.of(collector);
    this.#open = OpenGauges.of(collector);
    this.#open.define(naming);
    this.#tracker = new RouteTracker(this.#report);
    this.#arrivals = new Arrivals({
      clock,
      onError: this.#report,
      ...(measuresAll && { onRequest: (request, response) => this.begin(request, response) }),
    });
  }

  /** Begins to measure a request, unless it is ignored or already measured for this collector. */
  begin(request: IncomingMessage, response: ServerResponse): void {
    if (this.#isClosed) return;
    try {
      const state = requestState(request);
      if (isMeasured(state, this.collector) || this.#options.ignore?.(request) === true) return;
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
    const nowMs = this.#clock.monotonicMs();
    try {
      this.#record(exchange, nowMs);
    } catch (error) {
      this.#report(error);
    } finally {
      exchange.leave();
    }
  }

  /** Route of an exchange as label value; `undefined` when it is to be left out. */
  routeOf(exchange: Exchange, statusCode: number): string | undefined {
    const { request, response, state } = exchange;
    const found = this.#resolver.resolve(request, state, statusCode);
    const route = state.route ?? this.#chosenRoute(found, request, response);
    return route === false ? undefined : this.#routes.admit(route);
  }

  /** Makes the counts of an application's routes exist, at zero. Returns how many there are. */
  prepare(application: ApplicationShape, mounted: readonly ApplicationShape[]): number {
    const routes = registeredRoutes(application, mounted);
    for (const { method, route } of routes) {
      for (const recorder of this.#recorders) recorder.prepare(methodLabel(method), this.#routes.admit(route));
    }
    return routes.length;
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
    if (this.#options.timeToFirstByte === true) this.#watchFirstByte(exchange);
  }

  #watchFirstByte(exchange: Exchange): void {
    watchFirstByte(exchange.response, () => {
      try {
        exchange.firstByteMs = this.#clock.monotonicMs();
      } catch (error) {
        this.#report(error);
      }
    });
  }

  #record(exchange: Exchange, nowMs: number): void {
    const { isStream, isComplete, request, response } = exchange;
    const seconds = (nowMs - exchange.startMs) / 1000;
    // A stream has no end of its own: it is over when the client goes.
    const isAborted = !isComplete && !isStream;
    const statusCode = isAborted ? CLIENT_CLOSED_REQUEST : response.statusCode;
    const route = this.routeOf(exchange, statusCode);
    if (route === undefined) return;
    if (isStream) this.#streamDuration.observe({ route }, seconds);
    else this.#errorRate.add(statusCode, nowMs);
    const { framedLength, exemplar } = headFacts(request);
    const ended: EndedExchange = {
      method: exchange.method,
      route,
      statusCode,
      sentStatusCode: response.headersSent ? response.statusCode : undefined,
      isAborted,
      isStream,
      isSecure: exchange.isSecure,
      seconds,
      firstByteSeconds:
        exchange.firstByteMs === undefined ? undefined : (exchange.firstByteMs - exchange.startMs) / 1000,
      requestBytes: exchange.requestBytes(framedLength, isComplete),
      responseBytes: isStream ? undefined : exchange.responseBytes(isComplete),
      ownValues: this.#ownLabels.valuesOf(request, response),
      exemplar: this.#options.exemplars === false ? undefined : exemplar,
    };
    for (const recorder of this.#recorders) recorder.record(ended);
    if (statusCode >= 500) this.#recordError(exchange.state, statusCode);
  }

  /** Counts the error behind an answer; one that nobody saw counts by its status. */
  #recordError({ error }: RequestState, statusCode: number): void {
    if (error === undefined) this.#errors.count(String(statusCode), COMPONENT);
    else this.#errors.record(error, { component: COMPONENT });
  }

  #chosenRoute(found: string, request: IncomingMessage, response: ServerResponse): string | false {
    try {
      return this.#options.route?.(found, request, response) ?? found;
    } catch (error) {
      this.#report(error);
      return found;
    }
  }
}

function createRecorders(
  collector: Registerer,
  { naming = HttpNaming.CLASSIC, groupStatus = false, timeToFirstByte = false }: HttpMetricsOptions,
  ownLabels: readonly string[],
): readonly HttpRecorder[] {
  const recorders: HttpRecorder[] = [];
  if (naming !== HttpNaming.OTEL) recorders.push(new ClassicRecorder(collector, { ownLabels, groupStatus }));
  if (naming !== HttpNaming.CLASSIC) recorders.push(new OtelRecorder(collector, ownLabels));
  if (timeToFirstByte) recorders.push(new FirstByteRecorder(collector));
  return recorders;
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
