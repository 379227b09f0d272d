import type { HttpInstrumentation } from './http-instrumentation.ts';

/** An Express application, of which only its layers are read. */
export type ExpressApplication = object;

/** Measuring of HTTP requests that goes on until it is closed. */
export interface HttpMeasuring {
  /**
   * Makes the counts of an application's routes exist at zero, with status 200, so that routes nobody calls are seen, too.
   * Call it when all routes are registered.
   *
   * @param application - The outermost application.
   * @param mounted - Applications mounted in it with `app.use`, at any depth: its layers do not show them.
   * @returns How many routes and methods were found. Express 5 with a `router` before 2.3 does not keep the paths of mounts:
   * routes below them are not found.
   */
  prepare(application: ExpressApplication, ...mounted: readonly ExpressApplication[]): number;
  /**
   * Stops measuring; a middleware then only passes requests on. Requests in flight are still recorded when they end.
   */
  close(): void;
}

/** The outside of an instrumentation. */
export function measuringOf(instrumentation: HttpInstrumentation): HttpMeasuring {
  return {
    prepare: (application, ...mounted) => instrumentation.prepare(application, mounted),
    close: () => instrumentation.close(),
  };
}
