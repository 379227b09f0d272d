/**
 * The message of something that was thrown. Not by `instanceof`: inside jest, errors of Node itself are of another
 * realm.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function errorMessage(error) {
  return error !== null && typeof error === 'object' && 'message' in error ? String(error.message) : String(error);
}
