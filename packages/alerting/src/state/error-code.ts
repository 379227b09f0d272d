/** The code of an error of the system, such as `ENOENT`; `undefined` of anything else. */
export function errorCode(error: unknown): unknown {
  // Not by `instanceof`: an error of the system may come from another realm than this module.
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
