import { createRequire } from 'node:module';
import type express from 'express';

/** The factory of the newest Express, whose types also describe what tests use of the older ones. */
export type Express = typeof express;

/** A version of Express under test. */
export interface ExpressVersion {
  readonly name: string;
  readonly express: Express;
  /** Pattern of a rest of path, named `path` where it can be named. */
  readonly splat: string;
  /** Whether rejected promises of handlers become errors. */
  readonly catchesRejections: boolean;
}

const load = createRequire(import.meta.url);

function version(name: string, module: string, isExpress4 = false): ExpressVersion {
  // The modules are what their names in package.json say.
  const factory = load(module) as Express;
  return { name, express: factory, splat: isExpress4 ? '*' : '*path', catchesRejections: !isExpress4 };
}

/** For what does not depend on the version. */
export const NEWEST_EXPRESS: ExpressVersion = version('Express 5.3', 'express');

/** Express 5 with `router` 2.3, whose steps are published, and older ones, whose layers are read. */
export const EXPRESS_VERSIONS: readonly ExpressVersion[] = [
  NEWEST_EXPRESS,
  version('Express 5.1', 'express51'),
  version('Express 5.0 with router 2.0', 'express50'),
  version('Express 4', 'express4', true),
];
