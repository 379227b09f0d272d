import type { IncomingMessage } from 'node:http';
import type { Clock } from '@bduf/metrics-core/interfaces';
import type { ApplicationShape } from '../routes/router-shape.ts';
import type { RouteTrail } from '../routes/route-trail.ts';

/** What one instrumentation does with a request. */
export interface Measurement {
  /** For whom it measures: a request is measured once for each collector. */
  readonly collector: object;
  /** The measurement for another collector. */
  readonly next: Measurement | undefined;
  /** Ends the measurement; later calls change nothing. */
  settle(): void;
}

/** Everything that is kept about a request: one object in one property of the request. */
export class RequestState {
  /** Clock that was read when Node's HTTP server published the arrival; `undefined` if it published none. */
  arrivalClock: Clock | undefined = undefined;
  /** What that clock showed, monotonic, in milliseconds. */
  arrivedMs = 0;
  /** Number of the request on its connection, from 1; 0 without a published arrival. */
  number = 0;
  /** Its way through routers that publish their steps. */
  trail: RouteTrail | undefined = undefined;
  /** The application in which measuring began, if it was in one. */
  application: ApplicationShape | undefined = undefined;
  /** The last error that a handler reported to a router that publishes its steps. */
  error: unknown = undefined;
  /** Route that the application chose; `false` to leave the request out. */
  route: string | false | undefined = undefined;
  /** Head of the list of measurements. */
  measurement: Measurement | undefined = undefined;
}

const STATE: unique symbol = Symbol('@bduf/metrics-express');

interface StatefulRequest extends IncomingMessage {
  [STATE]?: RequestState;
}

/** The state of a request, made on first use. */
export function requestState(request: StatefulRequest): RequestState {
  return (request[STATE] ??= new RequestState());
}
