import type { IncomingMessage } from 'node:http';
import type { Clock } from '@bduf/metrics-core/interfaces';
import type { ApplicationShape } from '../routes/router-shape.ts';
import type { RouteTrail } from '../routes/route-trail.ts';

/** When a request arrived, as Node's HTTP server reports it. */
export interface Arrival {
  /** Clock that was read. */
  readonly clock: Clock;
  /** Its monotonic time, in milliseconds. */
  readonly atMs: number;
  /** Number of the request on its connection, from 1. */
  readonly number: number;
}

/** What one instrumentation does with a request. */
export interface Measurement {
  /** For whom it measures: a request is measured once for each collector. */
  readonly collector: object;
  /** Ends the measurement; later calls change nothing. */
  settle(): void;
}

/** Everything that is kept about a request: one object in one property of the request. */
export class RequestState {
  /** Unless its server publishes none. */
  arrival: Arrival | undefined;
  /** Once a router that publishes was seen. */
  trail: RouteTrail | undefined;
  /** The application in which measuring began, if it was in one. */
  application: ApplicationShape | undefined;
  /** One for each collector. */
  readonly measurements: Measurement[] = [];
}

const STATE: unique symbol = Symbol('@bduf/metrics-express');

interface StatefulRequest extends IncomingMessage {
  [STATE]?: RequestState;
}

/** The state of a request, made on first use. */
export function requestState(request: StatefulRequest): RequestState {
  return (request[STATE] ??= new RequestState());
}
