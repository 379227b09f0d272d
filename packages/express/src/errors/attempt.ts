/** Runs something that must not fail its caller; gives its result, or `undefined` after a failure. */
export type Attempt = <T>(act: () => T) => T | undefined;

/** Makes an {@link Attempt} that reports failures; the report must not throw. */
export function attemptWith(report: (error: unknown) => void): Attempt {
  return (act) => {
    try {
      return act();
    } catch (error) {
      report(error);
      return undefined;
    }
  };
}
