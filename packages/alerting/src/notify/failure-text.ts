const URL_PATTERN = /\b([a-z][a-z\d+.-]*:\/\/)(?:[^\s/"'<>@]*@)?([^\s/"'<>?#]+)[^\s"'<>]*/gi;
const MOST_LENGTH = 500;

/**
 * What went wrong, for people: with the cause where the error itself says nothing (fetch reports "fetch failed" for
 * everything), and with addresses cut down to their host, since the path of a webhook is its secret.
 */
export function failureText(error: unknown): string {
  return withoutAddresses(isErrorLike(error) ? textOf(error) : String(error));
}

/** Cuts addresses down to their host, and the text to a length that people read. */
export function withoutAddresses(text: string): string {
  return text.replace(URL_PATTERN, '$1$2/…').slice(0, MOST_LENGTH);
}

/** Puts stars where secrets were. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.filter((secret) => secret !== '').reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}

function textOf({ message, cause }: Error): string {
  if (!isErrorLike(cause)) return message;
  return `${message}: ${cause.message || (cause as { readonly code?: string }).code || 'unknown cause'}`;
}

/** Errors of other realms, as in test runners, are no instances of `Error`. */
function isErrorLike(value: unknown): value is Error {
  return typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string';
}
