/**
 * Makes a function that passes on the first failure only, so that a defect met by every request says so once. It never
 * throws.
 *
 * @param onError - Told about the failure. Default: a process warning.
 */
export function reportOnce(onError: (error: unknown) => void = warn): (error: unknown) => void {
  let isReported = false;
  return (error) => {
    if (isReported) return;
    isReported = true;
    try {
      onError(error);
    } catch {
      // A listener of the application failed; it must not take the request with it.
    }
  };
}

function warn(error: unknown): void {
  process.emitWarning(`Metrics are incomplete: ${String(error)}`, { code: 'METRICS_WARN_INCOMPLETE' });
}
